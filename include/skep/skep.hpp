// Everything a user of Skep includes.
#pragma once

#include <skep/blocking_store.hpp>
#include <skep/compare.hpp>
#include <skep/isle.hpp>
#include <skep/isle_pool.hpp>
#include <skep/json.hpp>
#include <skep/memory_store.hpp>
#include <skep/migrate.hpp>
#include <skep/run_export.hpp>
#include <skep/sqlite_store.hpp>

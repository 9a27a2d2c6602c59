#!/usr/bin/env bash
# The tests that eng/test.sh leaves out since they take minutes: stores that are killed under load, and histories of thousands of answers.
# It installs, builds and ends as eng/test.sh does, and prints the figures of docs/reliability.md as the tests wrote them.
exec "$(dirname "$0")/test.sh" --long

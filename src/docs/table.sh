#!/bin/sh
# What the program says of its commands and options, as lines for awk:
#
#     table.sh BLACKOUT...     the program, perhaps with what runs it before it
#
#     C name summary           a command; all that follows is of it
#     U usage                  without "Usage: "
#     D text                   what it does: a line of a paragraph
#     H heading                of the options that follow
#     O letter name value help letter and value: "-" if it has none
#     N text                   a line of what stands behind the options
#
# Fields are separated by tabs.  The help is made of the table in cli/opts.c, so
# that what is made of it here cannot miss an option.
set -eu

"$@" help | sed -n '/^Commands:/,/^$/s/^  \([^ ]*\)  */\1	/p' |
    while IFS='	' read -r name summary; do
	printf 'C\t%s\t%s\n' "$name" "$summary"
	"$@" help "$name" | awk '
		BEGIN { OFS = "\t" }
		sub(/^Usage: /, "") { print "U", $0; next }
		/^  (-.,|   ) --[a-z]/ {
			letter = /^  -/ ? substr($0, 4, 1) : "-"
			help = name = substr($0, 9)
			sub(/ .*/, "", name)
			help = substr(help, length(name) + 1)
			value = "-"
			if (match(help, /^ [A-Z][A-Z0-9:]*( |$)/)) {
				value = substr(help, 2)
				sub(/ .*/, "", value)
				help = substr(help, length(value) + 2)
			}
			sub(/^ */, "", help)
			print "O", letter, name, value, help
			next
		}
		name != "help" && /^[^ ].*:$/ {
			sub(/:$/, "")
			print "H", $0
			name = "-"
			next
		}
		{ print (name == "" ? "D" : "N"), $0 }
	'
    done

# Completions for bash, from lines of table.sh.

BEGIN {
	FS = "\t"
	print "# bash completion for blackout"
	print ""
	print "_blackout()"
	print "{"
	print "\tlocal cur=${COMP_WORDS[COMP_CWORD]}"
	print "\tlocal prev=${COMP_WORDS[COMP_CWORD-1]}"
	print "\tlocal options= commands"
	print ""
	print "\tCOMPREPLY=()"
}

$1 == "C" { command[++n] = $2 }

$1 == "O" {
	words[n] = words[n] " --" $3
	names = "--" $3
	if ($2 != "-") {
		words[n] = words[n] " -" $2
		names = "-" $2 "|" names
	}
	if ($4 == "-")
		next
	values[n] = values[n] "\t\t" names ")\n"
	what = choices($3, $4, $5)
	if (what == "FILE")
		values[n] = values[n] \
		    "\t\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
	else if (what != "")
		values[n] = values[n] \
		    "\t\t\tCOMPREPLY=($(compgen -W '" what "' -- \"$cur\"))\n"
	values[n] = values[n] "\t\t\treturn\n\t\t\t;;\n"
}

END {
	for (i = 1; i <= n; i++)
		all = all (i > 1 ? " " : "") command[i]
	print "\tcommands='" all "'"
	print "\tif [ \"$COMP_CWORD\" = 1 ]; then"
	print "\t\tCOMPREPLY=($(compgen -W \"$commands help --help" \
	    " --version\" -- \"$cur\"))"
	print "\t\treturn"
	print "\tfi"
	print "\tcase ${COMP_WORDS[1]} in"
	print "\thelp)"
	print "\t\tCOMPREPLY=($(compgen -W \"$commands\" -- \"$cur\"))"
	print "\t\treturn"
	print "\t\t;;"
	for (i = 1; i <= n; i++) {
		print "\t" command[i] ")"
		print "\t\toptions='" substr(words[i], 2) "'"
		print "\t\tcase $prev in"
		printf "%s", values[i]
		print "\t\tesac"
		print "\t\t;;"
	}
	print "\tesac"
	print "\tif [[ $cur == -* ]]; then"
	print "\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))"
	print "\telse"
	print "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")"
	print "\tfi"
	print "}"
	print ""
	print "complete -o filenames -F _blackout blackout"
}

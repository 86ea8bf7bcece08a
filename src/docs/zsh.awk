# Completions for zsh, from lines of table.sh.

# text as the description of an option, in single quotes.
function quote(text)
{
	gsub(/\\/, "\\\\", text)
	gsub(/\[/, "\\[", text)
	gsub(/\]/, "\\]", text)
	gsub(/:/, "\\:", text)
	gsub(/'/, "'\\''", text)
	return text
}

BEGIN {
	FS = "\t"
	print "#compdef blackout"
	print ""
	print "_blackout()"
	print "{"
	print "\tlocal -a commands options"
	print ""
}

$1 == "C" {
	command[++n] = $2
	summary[n] = quote($3)
}

$1 == "O" {
	spec = "[" quote($5) "]"
	if ($4 != "-") {
		what = choices($3, $4, $5)
		spec = spec ":" quote($4) ":"
		if (what == "FILE")
			spec = spec "_files"
		else if (what != "")
			spec = spec "(" what ")"
	}
	options[n] = options[n] "\t\t\t'*--" $3 spec "'\n"
	if ($2 != "-")
		options[n] = options[n] "\t\t\t'*-" $2 spec "'\n"
}

END {
	print "\tcommands=("
	for (i = 1; i <= n; i++)
		print "\t\t'" command[i] ":" summary[i] "'"
	print "\t\t'help:what commands there are, or the options of one'"
	print "\t)"
	print "\tif (( CURRENT == 2 )); then"
	print "\t\t_describe command commands"
	print "\t\t_values option '--help' '--version'"
	print "\t\treturn"
	print "\tfi"
	print "\tcase $words[2] in"
	print "\thelp)"
	print "\t\t_describe command commands"
	print "\t\treturn"
	print "\t\t;;"
	for (i = 1; i <= n; i++) {
		print "\t" command[i] ")"
		print "\t\toptions=("
		printf "%s", options[i]
		print "\t\t)"
		print "\t\t;;"
	}
	print "\tesac"
	print "\tshift words"
	print "\t(( CURRENT-- ))"
	print "\t_arguments -s $options '*:path:_files'"
	print "}"
	print ""
	print "_blackout \"$@\""
}

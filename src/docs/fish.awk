# Completions for fish, from lines of table.sh.

# text in single quotes.
function quote(text)
{
	gsub(/\\/, "\\\\", text)
	gsub(/'/, "\\'", text)
	return "'" text "'"
}

BEGIN {
	FS = "\t"
	print "# fish completion for blackout"
	print ""
	none = "complete -c blackout -n __fish_use_subcommand -f"
	print none " -l help -d 'what commands there are'"
	print none " -l version -d 'versions, also of the libraries'"
	print none " -a help -d 'what commands there are, or the options of one'"
}

$1 == "C" {
	print ""
	print none " -a " $2 " -d " quote($3)
	of = "complete -c blackout -n '__fish_seen_subcommand_from " $2 "'"
}

$1 == "O" {
	line = of " -l " $3 ($2 != "-" ? " -s " $2 : "")
	if ($4 != "-") {
		what = choices($3, $4, $5)
		line = line (what == "FILE" ? " -r -F" : " -x")
		if (what != "" && what != "FILE")
			line = line " -a " quote(what)
	}
	print line " -d " quote($5)
}

# What may follow an option, for completions, from lines of table.sh: words if
# there are a few ("table json"), "FILE" if it is a path, or nothing.

function choices(name, value, help,    words)
{
	if (value == "FILE")
		return "FILE"
	if (name == "type")
		return "announce withdraw rib state"
	if (name == "weight")
		return "prefixes addresses"
	if (name == "ribs")
		return "first all none"
	if (name != "format" && name != "sort" && name != "by")
		return ""
	# "with --all: asn (usual), or country", "json, or part: for another"
	words = help
	gsub(/ \([^)]*\)/, "", words)
	sub(/^with [^:]*: /, "", words)
	sub(/:.*/, "", words)
	gsub(/[,;]| or /, " ", words)
	gsub(/ +/, " ", words)
	return words
}

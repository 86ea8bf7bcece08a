# The manual page, from lines of table.sh and then the template, in which
#
#     @VERSION@      stands for version
#     .\" @synopsis  for a line of usage of each command
#     .\" @commands  for a subsection of each, with its options

# text as mdoc that stands in a line of its own, or after a macro
function escape(text)
{
	gsub(/\\/, "\\e", text)
	gsub(/-/, "\\-", text)
	gsub(/'/, "\\(aq", text)
	gsub(/"/, "\\(dq", text)
	gsub(/`/, "\\(ga", text)
	gsub(/\^/, "\\(ha", text)
	gsub(/~/, "\\(ti", text)
	sub(/^\./, "\\\\\\&.", text)
	return text
}

# A paragraph: lines of up to 78 characters, a new one for each sentence.
function fill(text,    words, count, i, line)
{
	count = split(text, words, / +/)
	for (i = 1; i <= count; i++) {
		if (line != "" && (length(line " " words[i]) > 70 ||
		    line ~ /[a-z0-9)][.?!]$/)) {
			print escape(line)
			line = ""
		}
		line = line (line != "" ? " " : "") words[i]
	}
	if (line != "")
		print escape(line)
}

# "blackout check --reports FILE [options] PATH..." as macros
function usage(text,    words, count, i, word, more, before, after)
{
	count = split(text, words, " ")
	for (i = 2; i <= count; i++) {
		word = words[i]
		before = sub(/^\[/, "", word) ? " Oo" : ""
		after = sub(/\]$/, "", word) ? " Oc" : ""
		more = sub(/\.\.\.$/, "", word) ? " ..." : ""
		if (i == 2)
			printf ".Nm %s\n.Cm %s", words[1], word
		else if (sub(/^-/, "", word))
			printf "%s Fl %s%s%s", before, word, more, after
		else
			printf "%s Ar %s%s%s", before, word, more, after
	}
	print ""
}

function option(letter, name, value, help)
{
	printf ".It"
	if (letter != "-")
		printf " Fl %s ,", letter
	printf " Fl -%s", name
	print (value != "-" ? " Ar " value : "")
	fill(help)
}

# What of this command is not said before: headings repeat.
function command(i,    k, listed)
{
	print ".Ss blackout " name[i]
	print ".Bd -ragged -compact"
	usage(synopsis[i])
	print ".Ed"
	print ".Pp"
	fill(about[i])
	for (k = 1; k <= option_n[i]; k++) {
		if (heading[i, k] != "") {
			if (listed)
				print ".El"
			print ".Pp"
			fill(heading[i, k] ":")
			print ".Bl -tag -width Ds -compact"
			listed = 1
		}
		option(letter[i, k], long[i, k], value[i, k], help[i, k])
	}
	if (listed)
		print ".El"
	if (notes[i] != "") {
		print ".Bd -literal"
		printf "%s", notes[i]
		print ".Ed"
	}
}

BEGIN { FS = "\t" }

FNR == 1 { file++ }

file == 1 && $1 == "C" { name[++n] = $2 }
file == 1 && $1 == "U" { synopsis[n] = $2 }
file == 1 && $1 == "D" { about[n] = about[n] (about[n] ? " " : "") $2 }
file == 1 && $1 == "H" { next_heading = $2 }
file == 1 && $1 == "N" { notes[n] = notes[n] escape($2) "\n" }
file == 1 && $1 == "O" {
	k = ++option_n[n]
	letter[n, k] = $2
	long[n, k] = $3
	value[n, k] = $4
	help[n, k] = $5
	heading[n, k] = next_heading
	next_heading = ""
}

file == 1 { next }

/^\.\\" @synopsis/ {
	for (i = 1; i <= n; i++)
		usage(synopsis[i])
	next
}

/^\.\\" @commands/ {
	for (i = 1; i <= n; i++)
		command(i)
	next
}

{
	gsub(/@VERSION@/, version)
	print
}

/*
 * What the page can do besides being read: zoom into the chart, sort and
 * filter the outages.  Without it everything is there, and stays as it is.
 */
(function () {
	"use strict";

	var SVG = "http://www.w3.org/2000/svg";
	var MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec"];
	var DAY = 86400, MONDAY = 4 * DAY;
	var STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600,
		7200, 10800, 21600, 43200, DAY, 2 * DAY, 7 * DAY];
	var MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120];

	function make(name, text, parent) {
		var e = document.createElement(name);
		e.textContent = text;
		if (parent)
			parent.appendChild(e);
		return e;
	}

	function draw(name, attributes, parent) {
		var e = document.createElementNS(SVG, name);
		Object.keys(attributes).forEach(function (key) {
			e.setAttribute(key, attributes[key]);
		});
		parent.appendChild(e);
		return e;
	}

	function all(selector, within) {
		return Array.prototype.slice.call(
			(within || document).querySelectorAll(selector));
	}

	/* --- the axis: as src/report/ticks.c has it --- */

	function monthStart(months) {
		return Date.UTC(Math.floor(months / 12), months % 12, 1) / 1000;
	}

	function ticks(from, to, max) {
		var found = [], step = 0, i, t, first, d;
		for (i = 0; i < STEPS.length && !step; i++)
			if ((to - from) / STEPS[i] < max)
				step = STEPS[i];
		if (step) {
			t = Math.ceil((from - MONDAY) / step) * step + MONDAY;
			for (; t < to; t += step)
				found.push({at: t, step: step});
			return found;
		}
		for (i = 0; i + 1 < MONTH_STEPS.length; i++)
			if ((to - from) / (28 * DAY * MONTH_STEPS[i]) < max)
				break;
		d = new Date(from * 1000);
		first = 12 * d.getUTCFullYear() + d.getUTCMonth();
		if (monthStart(first) < from)
			first++;
		first = Math.ceil(first / MONTH_STEPS[i]) * MONTH_STEPS[i];
		for (; (t = monthStart(first)) < to; first += MONTH_STEPS[i])
			found.push({at: t, months: MONTH_STEPS[i]});
		return found;
	}

	function two(n) {
		return (n < 10 ? "0" : "") + n;
	}

	function label(tick) {
		var d = new Date(tick.at * 1000);
		if (tick.months >= 12)
			return String(d.getUTCFullYear());
		if (tick.months)
			return MONTHS[d.getUTCMonth()] + " " + d.getUTCFullYear();
		if (tick.at % DAY === 0)
			return d.getUTCDate() + " " + MONTHS[d.getUTCMonth()];
		return two(d.getUTCHours()) + ":" + two(d.getUTCMinutes()) +
			(tick.step < 60 ? ":" + two(d.getUTCSeconds()) : "");
	}

	/* What stands below the first tick: what its label leaves open. */
	function below(tick) {
		var d = new Date(tick.at * 1000);
		if (tick.months)
			return "";
		return tick.at % DAY === 0 ? String(d.getUTCFullYear()) :
			d.getUTCDate() + " " + MONTHS[d.getUTCMonth()] + " " +
			d.getUTCFullYear();
	}

	/* --- a chart --- */

	function Chart(svg) {
		var plot = svg.dataset.plot.split(" ").map(Number);
		var chart = this;

		this.svg = svg;
		this.size = Number(svg.getAttribute("font-size"));
		this.left = plot[0];
		this.width = plot[1];
		this.from = Number(svg.dataset.from);
		this.to = Number(svg.dataset.to);
		this.layers = all("g.time", svg);
		this.hatch = svg.querySelector("pattern");
		this.gapTexts = all(".gaptext", svg);
		this.behind = svg.querySelector("g.behind");
		this.ticks = svg.querySelector("g.ticks");
		this.tickY = all("text", this.ticks).map(function (t) {
			return Number(t.getAttribute("y"));
		}).filter(function (y, i, v) {
			return v.indexOf(y) === i;
		}).sort(function (a, b) {
			return a - b;
		});
		this.gridPath = all(".grid", this.behind).map(function (g) {
			return /[ ,]([0-9.]+)V([0-9.]+)/.exec(
				g.getAttribute("d"));
		})[0];
		this.groups = all("g.tags", svg).map(function (g) {
			var texts = all("text", g);
			return {
				g: g,
				y: texts.length ? texts[0].getAttribute("y") : 0,
				first: Number(g.dataset.first),
				last: Number(g.dataset.last)
			};
		});
		this.windows = {};
		all("rect.span", svg).forEach(function (span) {
			chart.windows[span.dataset.n] = {
				n: Number(span.dataset.n),
				span: span,
				veil: span.parentNode.querySelector(".veil"),
				from: Number(span.dataset.start),
				to: Number(span.dataset.end),
				length: span.dataset.length
			};
		});
	}

	Chart.prototype.x = function (t) {
		return this.left + (t - this.view[0]) /
			(this.view[1] - this.view[0]) * this.width;
	};

	/* The time at a place of the screen. */
	Chart.prototype.timeAt = function (clientX) {
		var box = this.svg.getBoundingClientRect();
		var x = (clientX - box.left) / box.width *
			this.svg.viewBox.baseVal.width;
		var share = (x - this.left) / this.width;
		return this.view[0] + Math.min(Math.max(share, 0), 1) *
			(this.view[1] - this.view[0]);
	};

	Chart.prototype.show = function (view) {
		var k = (this.to - this.from) / (view[1] - view[0]);
		var whole = k < 1.000001, dx;

		this.view = view;
		dx = this.left - k * (this.left + (view[0] - this.from) /
			(this.to - this.from) * this.width);
		this.layers.forEach(function (g) {
			g.setAttribute("transform",
				"matrix(" + k + " 0 0 1 " + dx + " 0)");
		});
		this.hatch.setAttribute("patternTransform",
			"scale(" + 1 / k + " 1) rotate(45)");
		this.gapTexts.forEach(function (t) {
			t.style.display = whole ? "" : "none";
		});
		this.showWindows();
		this.showTicks();
		this.groups.forEach(this.showTags, this);
	};

	Chart.prototype.showWindows = function () {
		var chart = this;
		Object.keys(this.windows).forEach(function (n) {
			var w = chart.windows[n];
			var a = chart.x(w.from), b = chart.x(w.to);
			if (b - a < 2) {
				a = (a + b) / 2 - 1;
				b = a + 2;
			}
			/* far outside, coordinates grow beyond what is drawn well */
			a = Math.max(a, chart.left - 50);
			b = Math.min(b, chart.left + chart.width + 50);
			[w.span, w.veil].forEach(function (r) {
				r.setAttribute("x", a);
				r.setAttribute("width", Math.max(b - a, 0));
			});
		});
	};

	Chart.prototype.showTicks = function () {
		var max = Math.max(Math.floor(this.width / (this.size * 5.2)), 2);
		var chart = this, svgWidth = this.svg.viewBox.baseVal.width;

		all(".grid", this.behind).forEach(function (g) {
			g.remove();
		});
		this.ticks.textContent = "";
		ticks(this.view[0], this.view[1], max).forEach(function (t, i) {
			var x = chart.x(t.at), text, half;
			if (chart.gridPath)
				chart.behind.insertBefore(draw("path", {
					"class": "grid",
					d: "M" + x + " " + chart.gridPath[1] + "V" +
						chart.gridPath[2]
				}, chart.behind), chart.behind.firstChild);
			text = draw("text", {x: x, y: chart.tickY[0],
				"class": "soft", "text-anchor": "middle"},
				chart.ticks);
			text.textContent = label(t);
			half = text.getComputedTextLength() / 2;
			if (x + half > svgWidth - 2)
				text.setAttribute("x", svgWidth - 2 - half);
			if (i === 0 && chart.tickY.length > 1)
				draw("text", {x: x, y: chart.tickY[1],
					"class": "soft", "text-anchor": "middle"},
					chart.ticks).textContent = below(t);
		});
	};

	/* Numbers over the outages; those that collide become one. */
	Chart.prototype.showTags = function (group) {
		var tags = [], chart = this, gap = this.size * 0.45;

		function middle(tag) {
			var a = chart.x(chart.windows[tag.first].from);
			var b = chart.x(chart.windows[tag.last].to);
			var right = chart.left + chart.width - tag.half;
			a = Math.max(a, chart.left);
			b = Math.min(b, chart.left + chart.width);
			tag.x = Math.max(Math.min((a + b) / 2, right),
				chart.left + tag.half);
		}

		function write(tag) {
			var number = tag.first === tag.last ? String(tag.first) :
				tag.first + "\u2013" + tag.last;
			tag.text.textContent = "";
			draw("tspan", {"class": "number"}, tag.text)
				.textContent = number;
			if (tag.length)
				tag.text.appendChild(document.createTextNode(
					" " + tag.length));
			tag.half = tag.text.getComputedTextLength() / 2;
			middle(tag);
		}

		function collide(a, b) {
			return b.x - b.half - a.x - a.half < gap - 0.01;
		}

		/* Room to tell the duration of tag i too: beside its place, or
		   where its neighbour on the left can make some? */
		function fits(i) {
			var tag = tags[i], left = tags[i - 1], right = tags[i + 1];
			var end = chart.left + chart.width;
			var d = left ? left.x + left.half + gap -
				(tag.x - tag.half) : 0;
			var old = left && left.x;

			if (d > 0 && tag.x + d + tag.half <= end &&
			    tag.x + d - tag.half <
			    chart.x(chart.windows[tag.first].to)) {
				tag.x += d;
			} else if (d > 0) {
				left.x -= d;
				if (left.x + left.half <
				    chart.x(chart.windows[left.first].from) ||
				    left.x - left.half < chart.left ||
				    (i > 1 && collide(tags[i - 2], left))) {
					left.x = old;
					return false;
				}
			}
			if (right && collide(tag, right)) {
				if (left)
					left.x = old;
				return false;
			}
			return true;
		}

		group.g.textContent = "";
		Object.keys(this.windows).map(Number).sort(function (a, b) {
			return a - b;
		}).forEach(function (n) {
			var w = chart.windows[n], tag;
			if (n < group.first || n > group.last ||
			    w.to <= chart.view[0] || w.from >= chart.view[1])
				return;
			tag = {first: n, last: n, text: draw("text",
				{"class": "tag", "text-anchor": "middle",
				y: group.y}, group.g)};
			write(tag);
			while (tags.length && collide(tags[tags.length - 1], tag)) {
				tag.text.remove();
				tags[tags.length - 1].last = tag.last;
				tag = tags.pop();
				write(tag);
			}
			tags.push(tag);
		});
		tags.filter(function (tag) {
			return tag.first === tag.last;
		}).sort(function (a, b) {
			a = chart.windows[a.first];
			b = chart.windows[b.first];
			return (b.to - b.from) - (a.to - a.from);
		}).forEach(function (tag) {
			tag.length = chart.windows[tag.first].length;
			write(tag);
			if (!fits(tags.indexOf(tag))) {
				tag.length = "";
				write(tag);
			}
		});
		tags.forEach(function (tag) {
			tag.text.setAttribute("x", tag.x);
		});
	};

	/* --- zooming --- */

	function setUpZoom(figure) {
		var charts = all("svg.chart", figure).map(function (svg) {
			return new Chart(svg);
		});
		var from = charts[0].from, to = charts[0].to;
		var tools = make("div", "");
		var hint = "Drag across the chart to look closer.";
		var drag = null, buttons = {}, said;

		function show(a, b) {
			var least = Math.min(10, to - from);
			var length = Math.min(Math.max(b - a, least), to - from);
			a = Math.min(Math.max((a + b - length) / 2, from),
				to - length);
			charts.forEach(function (c) {
				c.show([a, a + length]);
			});
			figure.dataset.view = a + " " + (a + length);
			buttons.out.disabled = buttons.whole.disabled =
				length >= to - from;
			said.textContent = length >= to - from ? hint :
				new Date(a * 1000).toISOString().slice(0, 19)
					.replace("T", " ") + " to " +
				new Date((a + length) * 1000).toISOString()
					.slice(0, 19).replace("T", " ") + " UTC";
		}

		function scale(factor) {
			var v = charts[0].view, m = (v[0] + v[1]) / 2;
			var half = (v[1] - v[0]) / 2 * factor;
			show(m - half, m + half);
		}

		function button(name, text, act) {
			buttons[name] = make("button", text, tools);
			buttons[name].type = "button";
			buttons[name].addEventListener("click", act);
		}

		function begin(chart, e) {
			if (e.button !== 0 || drag)
				return;
			drag = {chart: chart, x: e.clientX,
				t: chart.timeAt(e.clientX)};
			drag.rect = draw("rect", {"class": "chosen", y: 0,
				x: 0, width: 0,
				height: chart.svg.viewBox.baseVal.height},
				chart.svg);
			chart.svg.setPointerCapture(e.pointerId);
			e.preventDefault();
		}

		function move(e) {
			var a, b;
			if (!drag)
				return;
			a = drag.chart.x(drag.t);
			b = drag.chart.x(drag.chart.timeAt(e.clientX));
			drag.rect.setAttribute("x", Math.min(a, b));
			drag.rect.setAttribute("width", Math.abs(b - a));
		}

		function end(e) {
			var d = drag, t;
			if (!drag)
				return;
			drag = null;
			d.rect.remove();
			t = d.chart.timeAt(e.clientX);
			if (e.type === "pointerup" && Math.abs(e.clientX - d.x) > 4)
				show(Math.min(d.t, t), Math.max(d.t, t));
		}

		tools.className = "tools";
		button("closer", "Closer", function () {
			scale(0.5);
		});
		button("out", "Wider", function () {
			scale(2);
		});
		button("whole", "All", function () {
			show(from, to);
		});
		said = make("span", "", tools);
		said.setAttribute("aria-live", "polite");
		charts.forEach(function (chart) {
			chart.svg.addEventListener("pointerdown", function (e) {
				begin(chart, e);
			});
			chart.svg.addEventListener("pointermove", move);
			chart.svg.addEventListener("pointerup", end);
			chart.svg.addEventListener("pointercancel", end);
			chart.svg.addEventListener("dblclick", function () {
				show(from, to);
			});
		});
		figure.parentNode.insertBefore(tools, figure.nextSibling);
		figure.classList.add("live");
		/* what is hidden cannot be measured: again when it appears */
		window.addEventListener("resize", function () {
			show.apply(null, charts[0].view);
		});
		show(from, to);
		return show;
	}

	/* --- the table --- */

	function valueOf(row, column) {
		var cell = row.cells[column];
		return cell.dataset.v !== undefined ? Number(cell.dataset.v) :
			cell.textContent;
	}

	function sortBy(table, column, down) {
		var body = table.tBodies[0];
		all("tr", body).map(function (row, i) {
			return {row: row, i: i, v: valueOf(row, column)};
		}).sort(function (a, b) {
			var order = a.v < b.v ? -1 : a.v > b.v ? 1 : 0;
			return (down ? -order : order) || a.i - b.i;
		}).forEach(function (item) {
			body.appendChild(item.row);
		});
	}

	function setUpSorting(table) {
		var heads = all("thead th", table);
		heads.forEach(function (th, column) {
			var button = make("button", th.textContent);
			if (!th.textContent)
				return;
			button.type = "button";
			th.textContent = "";
			th.appendChild(button);
			button.addEventListener("click", function () {
				var down = th.getAttribute("aria-sort") ===
					"ascending";
				heads.forEach(function (other) {
					other.removeAttribute("aria-sort");
				});
				th.setAttribute("aria-sort",
					down ? "descending" : "ascending");
				sortBy(table, column, down);
			});
		});
	}

	function setUpFilter(table) {
		var tools = make("div", ""), input = make("input", "", tools);
		var said = make("span", "", tools);

		tools.className = "tools";
		input.type = "search";
		input.placeholder = "Filter: AS64500, 2014-12-22, ongoing";
		input.setAttribute("aria-label", "Filter the outages");
		said.setAttribute("aria-live", "polite");
		input.addEventListener("input", function () {
			var words = input.value.toLowerCase().split(/\s+/);
			var rows = all("tr", table.tBodies[0]), shown = 0;
			rows.forEach(function (row) {
				var text = row.textContent.toLowerCase();
				row.hidden = !words.every(function (word) {
					return text.indexOf(word) >= 0;
				});
				shown += !row.hidden;
			});
			said.textContent = input.value ? shown + " of " +
				rows.length : "";
		});
		table.parentNode.parentNode.insertBefore(tools, table.parentNode);
	}

	/* The number of an outage shows it in the chart. */
	function setUpNumbers(table, show, figure) {
		all("td.number", table).forEach(function (cell) {
			var button = make("button", cell.textContent);
			var row = cell.parentNode;
			button.type = "button";
			button.title = "Show in the chart";
			cell.textContent = "";
			cell.appendChild(button);
			button.addEventListener("click", function () {
				var a = Number(row.dataset.start);
				var b = Number(row.dataset.end);
				show(a - (b - a) / 2 - 30, b + (b - a) / 2 + 30);
				figure.scrollIntoView({block: "nearest"});
			});
		});
	}

	var figure = document.querySelector("figure");
	var table = document.querySelector("table.outages");
	var show = setUpZoom(figure);

	if (table) {
		setUpNumbers(table, show, figure);
		setUpSorting(table);
		setUpFilter(table);
	}
}());

#include "report/report_priv.h"
#include "report/svg.h"

/* The report as one picture. */

enum blk_status
report_svg_outages(
    FILE *out, const struct report_input *in, const struct report_style *style)
{
	const struct svg_options o = {
	    .width = style->width > 0 ? style->width : SVG_WIDTH, .id = "b"};
	struct picture *p;
	enum blk_status status = picture_new(&p, in);

	if (status != BLK_OK)
		return status;
	status = svg_draw(out, p, &o);
	picture_free(p);
	return status;
}

enum blk_status
report_svg_timeline(FILE *out, const struct report_timeline *in,
    const struct report_style *style)
{
	return report_svg_outages(out, in->data, style);
}

#ifndef REPORT_ASSETS_H
#define REPORT_ASSETS_H

/* Files of this folder as strings: see CMakeLists.txt. */

extern const char asset_chart_css[], asset_page_css[], asset_page_js[];

#endif

/** The one stylesheet of all pages: in the document, allowed by its hash, so that no page needs another request. */
import { createHash } from 'node:crypto'

export const stylesheet = `
:root{color-scheme:light dark;--ink:#1b2430;--soft:#4a5665;--page:#f2f4f7;--card:#fff;--line:#cfd6df;--accent:#1d4ed8;--on:#fff;--warn:#7a3e00;--warn-bg:#fff4e0;--warn-line:#e0a24a}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf3;--soft:#aab6c4;--page:#11161d;--card:#1a212b;--line:#374354;--accent:#8ab4ff;--on:#0c1420;--warn:#ffd596;--warn-bg:#33260f;--warn-line:#8a6420}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Apple SD Gothic Neo","Malgun Gothic","Noto Sans KR","Noto Sans CJK KR",sans-serif;word-break:keep-all;overflow-wrap:anywhere}
main{max-width:34rem;margin:0 auto;padding:2rem 1.25rem 3rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.75rem}
.brand{margin:0 0 1rem;color:var(--soft);font-size:.9rem;font-weight:600}
h1{font-size:1.5rem;line-height:1.3;margin:0 0 .75rem}
h2{font-size:1rem;margin:1.5rem 0 .25rem}
p{margin:.5rem 0}
ul{margin:.25rem 0 .5rem;padding-left:1.25rem}
.soft{color:var(--soft);font-size:.93rem}
.host{font-size:1.75rem;font-weight:700;line-height:1.25;margin:.1rem 0 .25rem}
code{font:.85rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;word-break:break-all}
.uri{color:var(--soft);margin:0}
.warn{background:var(--warn-bg);color:var(--warn);border:1px solid var(--warn-line);border-radius:8px;padding:.6rem .8rem;margin:.9rem 0}
.warn p{margin:0}
.actions{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.5rem 0 0}
.button{flex:1 1 9rem;min-height:2.9rem;padding:.6rem 1rem;border-radius:8px;border:1px solid var(--line);background:transparent;color:var(--ink);font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
.primary{background:var(--accent);border-color:var(--accent);color:var(--on)}
.button:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
table{border-collapse:collapse;width:100%;margin:.5rem 0;font-size:.93rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .5rem .4rem 0;border-top:1px solid var(--line)}
th{white-space:nowrap;font-weight:600}
caption{text-align:left;padding-bottom:.4rem}
@media (max-width:26rem){main{padding:1rem .75rem}.card{padding:1.25rem 1.1rem}.host{font-size:1.4rem}}
`.trim()

/** For `style-src` (CSP Level 3 §6.7.3.3). */
export const stylesheetHash = `'sha256-${createHash('sha256').update(stylesheet).digest('base64')}'`

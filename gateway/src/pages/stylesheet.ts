/** The one stylesheet of all pages: in the document, allowed by its hash, so that 'unsafe-inline' is never needed. */
import { createHash } from 'node:crypto'

// Text has a contrast of 4.5:1 or more and controls of 3:1 or more, light and dark (WCAG 2.2 §1.4.3, §1.4.11).
// .whole is broken only where it is longer than a line.
// .host, .uri and .address break anywhere, so that nobody can word a host to end a line where it helps a lie.
export const stylesheet = `
:root {
  color-scheme: light dark;
  --ink: #1b2430; --soft: #4a5665; --page: #f2f4f7; --card: #fff; --line: #d5dbe3; --edge: #7b8797;
  --tint: #f4f6fa; --accent: #1d4ed8; --on-accent: #fff; --warn: #6b3600; --warn-tint: #fff4e0; --warn-edge: #b86e00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e8edf3; --soft: #aab6c4; --page: #0f141a; --card: #1a212b; --line: #333e4d; --edge: #76859a;
    --tint: #222b37; --accent: #8ab4ff; --on-accent: #0c1420; --warn: #ffd596; --warn-tint: #33260f; --warn-edge: #c98a2b;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1.25rem 3rem; max-width: 37rem; background: var(--page); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Apple SD Gothic Neo", "Malgun Gothic",
    "Noto Sans KR", "Noto Sans CJK KR", sans-serif;
  word-break: keep-all; overflow-wrap: anywhere;
}
.wide { max-width: 58rem; }
header { display: flex; align-items: center; gap: .6rem; margin: 0 0 1rem; font-weight: 600; }
main { padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.3; text-wrap: balance; }
h1 bdi { color: var(--accent); }
h2 { margin: 1.5rem 0 .25rem; font-size: 1rem; }
p { margin: .5rem 0; }
ul { margin: .25rem 0 1.25rem; padding-left: 1.25rem; }
.soft { color: var(--soft); font-size: .925rem; }
code { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
dd code { white-space: nowrap; }
.address, .whole { display: inline-block; max-width: 100%; word-break: break-all; }
.destination { margin: 1.25rem 0; padding: 1rem 1.1rem; background: var(--tint); border-radius: 8px; }
.destination h2 { margin: 0; font-size: .925rem; font-weight: 400; color: var(--soft); }
.host { margin: .1rem 0 0; font-size: 1.75rem; font-weight: 700; line-height: 1.25; word-break: break-all; }
.uri { margin: .3rem 0 0; color: var(--soft); word-break: break-all; }
.warning {
  margin: 1.25rem 0; padding: .75rem 1.1rem; background: var(--warn-tint); color: var(--warn);
  border-left: 4px solid var(--warn-edge); border-radius: 4px;
}
h3 { margin: 0 0 .25rem; font-size: 1.05rem; }
.part + .part { margin-top: 2rem; padding-top: .5rem; border-top: 1px solid var(--line); }
nav a, p a, dd a { color: var(--accent); }
.notice { margin: 0 0 1.25rem; padding: .75rem 1.1rem; background: var(--tint); border-left: 4px solid var(--accent); border-radius: 4px; }
.app { margin: 1rem 0; padding: 1rem 1.1rem 1.1rem; background: var(--tint); border-radius: 8px; }
.facts { margin: .5rem 0 1rem; }
.facts div { display: flex; flex-wrap: wrap; gap: 0 .75rem; padding: .25rem 0; }
.facts dt { flex: 0 0 10.5rem; padding: 0; border: 0; font-weight: 400; color: var(--soft); }
.facts dd { flex: 1 1 14rem; margin: 0; }
table { width: 100%; margin: 1rem 0; border-collapse: collapse; }
th, td { padding: .6rem .75rem .6rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
tbody th { min-width: 14rem; }
thead th { border-top: 0; color: var(--soft); font-weight: 400; }
td .button, td time { white-space: nowrap; }
table .soft { font-weight: 400; }
td a, th a { color: var(--accent); }
td .button, .finder .button { min-height: 2.5rem; padding: .35rem .8rem; }
td form, .finder { display: flex; flex-wrap: wrap; gap: .35rem .6rem; align-items: center; }
.finder { margin: .75rem 0; }
.finder label { flex: 1 0 100%; }
.finder .button { flex: none; }
td label { flex: 1 0 100%; color: var(--soft); font-size: .925rem; }
td input, .finder input {
  flex: 1 1 8rem; min-width: 0; min-height: 2.5rem; padding: .35rem .6rem; border: 1px solid var(--edge); border-radius: 8px;
  background: transparent; color: var(--ink); font: inherit;
}
.pair { display: flex; gap: .5rem; flex: 1 0 100%; }
.label { display: none; }
dl { margin: .5rem 0 1.25rem; }
dt { padding-top: .7rem; border-top: 1px solid var(--line); font-weight: 600; }
dd { margin: 0 0 .7rem; }
fieldset { margin: 1.25rem 0 0; padding: .25rem 1.1rem 1rem; border: 1px solid var(--edge); border-radius: 8px; }
legend { padding: 0 .4rem; font-weight: 600; }
.choice { display: flex; align-items: baseline; gap: .6rem; padding: .6rem 0; cursor: pointer; }
.choice input { accent-color: var(--accent); }
.field { display: block; padding: .6rem 0 0; }
.field input {
  display: block; width: 100%; margin: .3rem 0 0; padding: .6rem .75rem; border: 1px solid var(--edge); border-radius: 8px;
  background: var(--card); color: var(--ink); font: inherit;
}
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 0; }
form + p { margin-top: 1rem; }
.stacked { flex-direction: column; }
.button {
  flex: 1 1 8rem; min-height: 3rem; padding: .7rem 1rem; border: 1px solid var(--edge); border-radius: 8px;
  background: transparent; color: var(--ink); font: inherit; font-weight: 600; line-height: 1.4;
  text-align: center; text-decoration: none; cursor: pointer;
}
.stacked .button { flex: none; }
.primary { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
.button:hover { text-decoration: underline; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
main > :last-child { margin-bottom: 0; }
@media (max-width: 48rem) {
  table, tbody, tr, th, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { padding: .75rem 0; border-top: 1px solid var(--line); }
  th, td { padding: .2rem 0; border: 0; }
  .label { display: block; color: var(--soft); font-size: .925rem; }
}
@media (max-width: 28rem) {
  body { padding: 1rem .75rem 2rem; }
  main { padding: 1.25rem 1.1rem; }
  h1 { font-size: 1.35rem; }
  .host { font-size: 1.45rem; }
}
`.trim()

/** For `style-src` (CSP Level 3 §2.3.1, hash-source). */
export const stylesheetHash = `'sha256-${createHash('sha256').update(stylesheet).digest('base64')}'`

/** The style of all pages. It stands inside them, so that a page is one answer and needs nothing from elsewhere. */
export const STYLE = `
:root{color-scheme:light dark;--text:#1b1f24;--soft:#57606a;--line:#d8dee4;--back:#fff;--raised:#f6f8fa;--mark:#9a6700;--link:#0757b8}
@media(prefers-color-scheme:dark){:root{--text:#e6edf3;--soft:#9198a1;--line:#30363d;--back:#0d1117;--raised:#161b22;--mark:#e3b341;--link:#6cb6ff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--back);color:var(--text);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:56rem;margin:0 auto;padding:0 1rem}
header{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;align-items:baseline;padding-top:1rem;padding-bottom:.75rem}
header strong{font-size:1.05rem}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem}
footer{padding-top:2rem;padding-bottom:2rem;color:var(--soft);font-size:.9rem}
h1{font-size:1.7rem;line-height:1.2;margin:1.25rem 0 .5rem}
h2{font-size:1.25rem;margin:2.25rem 0 .75rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:0}
h4{font-size:.8rem;margin:1rem 0 .35rem;color:var(--soft);text-transform:uppercase;letter-spacing:.04em}
p{margin:.5rem 0}
a{color:var(--link);text-underline-offset:.15em}
header a,td a{text-decoration:none}
a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
code,pre{font:.86em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{background:var(--raised);border-radius:4px;padding:.1em .3em}
pre{background:var(--raised);border:1px solid var(--line);border-radius:8px;padding:.7rem .85rem;margin:.5rem 0;overflow-x:auto;overflow-wrap:normal}
pre code{background:none;padding:0}
ul.plain{list-style:none;margin:0;padding:0}
.soft{color:var(--soft)}
.card{border:1px solid var(--line);border-radius:8px;padding:.85rem 1rem;margin:.75rem 0}
.card .head{display:flex;flex-wrap:wrap;gap:.2rem .6rem;align-items:baseline}
.card p{margin:.35rem 0}
.chip{display:inline-block;border:1px solid var(--line);border-radius:999px;padding:0 .6rem;margin:.1rem .2rem .1rem 0;font-size:.82rem}
.method{font:600 .78rem ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:var(--mark)}
.path{font:.92rem ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
dl{margin:.35rem 0}
dt{margin-top:.5rem}
dd{margin:.1rem 0 0 0;color:var(--soft)}
dd dl{border-left:2px solid var(--line);padding-left:.8rem;color:var(--text)}
.type{color:var(--soft);font-size:.85rem}
.need{color:var(--mark);font-size:.8rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem .4rem 0;border-bottom:1px solid var(--line)}
details{margin:.35rem 0}
summary{cursor:pointer;padding:.25rem 0}
@media(max-width:36rem){table,tbody,tr,td{display:block}thead{display:none}td{border:0;padding:.1rem 0}tr{padding:.6rem 0;border-bottom:1px solid var(--line)}}
`

import { createHash } from 'node:crypto';

// For people who come once, from a mail, on whatever phone they have: large text, one column, targets of 44 px.
const stylesheet = `
:root{color-scheme:light dark;--page:#fff;--ink:#1b1f24;--soft:#57606a;--edge:#7f8893;--accent:#0b57d0;--on-accent:#fff;--danger:#b3261e;--tint:#f2f5f9}
@media(prefers-color-scheme:dark){:root{--page:#14171c;--ink:#e8eaed;--soft:#a5adb8;--edge:#6f7883;--accent:#8ab4f8;--on-accent:#14171c;--danger:#ff8a80;--tint:#1f242b}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:1.125rem/1.5 system-ui,sans-serif}
body>header,body>main,body>footer{max-width:40rem;margin:0 auto;padding:0 16px;overflow-wrap:anywhere}
body>header{display:flex;flex-wrap:wrap;gap:0 16px;justify-content:space-between;align-items:center;border-bottom:1px solid var(--edge)}
body>header p{margin:0;padding:8px 0;font-weight:600}
nav ul{display:flex;margin:0;padding:0;list-style:none;gap:8px}
nav a,nav strong{display:inline-block;min-width:44px;min-height:44px;padding:8px;line-height:28px;text-align:center}
body>main{padding-top:24px;padding-bottom:32px}
body>footer{border-top:1px solid var(--edge);color:var(--soft);padding-top:16px;padding-bottom:32px}
h1{font-size:1.625rem;line-height:1.25;margin:0 0 24px}
h2{font-size:1.25rem;line-height:1.3;margin:32px 0 12px}
p,ul,ol,dl,blockquote,pre{margin:0 0 16px}
a{color:var(--accent)}
a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,textarea:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-9999px}
.skip:focus{position:static;display:block;padding:12px 16px}
code,pre{font:1rem/1.5 ui-monospace,monospace}
pre,blockquote{background:var(--tint);padding:12px 16px;white-space:pre-wrap;border-left:4px solid var(--edge)}
dl.facts{display:grid;grid-template-columns:minmax(0,1fr);gap:0}
dl.facts dt{color:var(--soft)}
dl.facts dd{margin:0 0 12px}
ul.plain{list-style:none;padding:0}
ul.plain li{margin:0 0 16px}
.notice,.errors{border:1px solid var(--edge);border-left-width:8px;border-radius:6px;padding:16px;margin:0 0 24px}
.notice.done{border-left-color:#2c6e5b}
.notice.warning,.errors{border-color:var(--danger)}
.notice>:last-child,.errors>:last-child{margin-bottom:0}
.errors h2,.notice h2{margin-top:0}
.errors a{color:var(--danger)}
.field,fieldset{margin:0 0 24px;padding:0;border:0;min-width:0}
label,legend{display:block;font-weight:600;padding:0;margin:0 0 4px}
.hint{display:block;color:var(--soft);margin:0 0 4px}
.wrong{display:block;color:var(--danger);font-weight:600;margin:0 0 4px}
input,select,textarea{font:inherit;color:inherit;background:var(--page);border:2px solid var(--edge);border-radius:6px;padding:8px 12px;min-height:44px;width:100%}
[aria-invalid=true]{border-color:var(--danger)}
.choice{display:flex;gap:12px;align-items:flex-start;margin:0 0 8px}
.choice input{flex:none;width:28px;height:28px;min-height:28px;margin:8px;accent-color:var(--accent)}
.choice label{font-weight:400;padding:8px 0;margin:0;min-height:44px;flex:1}
button{font:inherit;font-weight:600;color:var(--on-accent);background:var(--accent);border:2px solid var(--accent);border-radius:6px;padding:8px 20px;min-height:44px;cursor:pointer}
button.quiet{color:var(--accent);background:var(--page)}
@media(forced-colors:active){button{border-color:ButtonText}}
@media print{nav,.skip,button{display:none}}
`.trim();

const hash = createHash('sha256').update(stylesheet).digest('base64');

/** The one stylesheet of all pages, in the page itself: it is known by its hash, and no other request is made. */
export const pageStyle = stylesheet;

/** Nothing runs, nothing comes from elsewhere, and a form leads back to where it came from. */
export const pagePolicy = [
  `default-src 'none'`,
  `style-src 'sha256-${hash}'`,
  `img-src 'self' data:`,
  `form-action 'self'`,
  `frame-ancestors 'none'`,
  `base-uri 'none'`,
].join('; ');

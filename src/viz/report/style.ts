// The style sheet of a report: the colours of all pictures as variables, for light, dark and paper, and how the parts
// of the page look. Plain text; nothing of it is fetched.
import { dark, fonts, light, seriesRoles, type Scheme } from '../theme.ts';

/** Each variable with the colours that it stands for. */
function variablesOf(scheme: Scheme): readonly (readonly [string, string])[] {
  const { surface, border, ink, muted, grid, roles } = scheme;
  return [
    ...Object.entries({ surface, border, ink, muted, grid }),
    ...seriesRoles.flatMap((role) =>
      Object.entries(roles[role]).map(([part, colour]) => [`${role}-${part}`, colour] as const),
    ),
  ];
}

function declared(scheme: Scheme, page: string): string {
  const variables = variablesOf(scheme).map(([name, colour]) => `--${name}:${colour}`);
  return `${variables.join(';')};--page:${page}`;
}

/** Pictures are written in light colours; inside the page these become its variables. */
const pictureRules = variablesOf(light)
  .flatMap(([name, colour]) =>
    ['fill', 'stroke'].map((property) => `.p [${property}="${colour}"]{${property}:var(--${name})}`),
  )
  .join('\n');

const lightPage = declared(light, '#f4f6fa');
const darkPage = declared(dark, '#0d1119');

const layout = `
*,*::before,*::after{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:24px;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.6 ${fonts.sans};overflow-wrap:break-word}
a{color:var(--forward-ink);text-underline-offset:3px}
:focus-visible{outline:2px solid var(--accent-line);outline-offset:2px;border-radius:4px}
.skip{position:absolute;left:-9999px}
.skip:focus{left:16px;top:12px;z-index:9;padding:8px 14px;background:var(--surface);border-radius:8px}
.wide{max-width:1320px;margin:0 auto;padding:0 32px}
.top{padding-top:44px;padding-bottom:8px;display:flex;gap:24px;align-items:flex-start;justify-content:space-between}
.top>div{min-width:0}
h1{margin:0;font-size:32px;line-height:1.2;letter-spacing:-.02em}
.top p{margin:8px 0 0;color:var(--muted)}
.made{font-size:13px}
.body{display:grid;grid-template-columns:176px minmax(0,1fr);gap:40px;align-items:start}
nav{position:sticky;top:24px;padding-top:34px;font-size:14px}
nav ul{list-style:none;margin:0;padding:0;border-left:1px solid var(--border)}
nav a{display:block;padding:5px 0 5px 16px;margin-left:-1px;border-left:2px solid transparent;color:var(--muted);text-decoration:none}
nav a:hover{color:var(--ink)}
nav a[aria-current]{color:var(--accent-ink);border-color:var(--accent-line);font-weight:600}
main{min-width:0;padding-bottom:72px}
section{padding-top:32px}
h2{margin:0 0 16px;font-size:22px;line-height:1.3;letter-spacing:-.01em}
h3{margin:28px 0 12px;font-size:16px;line-height:1.4}
.note{margin:0 0 14px;color:var(--muted);max-width:72ch}
.card{background:var(--surface);border:1px solid var(--border);border-radius:14px}
.flow>*+*{margin-top:20px}
.flow>details+details{margin-top:10px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:20px;align-items:start}
.beside{display:flex;flex-wrap:wrap;gap:20px;align-items:flex-start}
.beside>.diagram{flex:0 1 auto;max-width:100%;min-width:0}
.diagram figcaption{padding:0 4px}
.beside>figure{flex:0 1 auto;max-width:100%}
.beside>.table{flex:1 1 420px;min-width:0}
.beside th,.beside td{padding-left:12px;padding-right:12px}
.beside th:first-child,.beside td:first-child{padding-left:18px}
.beside tr>:last-child{padding-right:18px}
.beside.large>figure{flex:3 1 520px}
.beside.large>.table{flex:2 1 380px}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,168px),1fr));gap:14px;margin:0}
.tile{padding:14px 18px 16px}
.tile dt{color:var(--muted);font-size:12.5px;line-height:1.4;margin-bottom:4px}
.tile dd{margin:0;font-size:24px;font-weight:700;line-height:1.2;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
.tile.main dd{color:var(--accent-ink);font-size:32px}
.tile small{display:block;font-size:12.5px;font-weight:400;letter-spacing:0;color:var(--muted);line-height:1.4;margin-top:4px}
figure{margin:0;min-width:0}
figure>svg,figure>img{display:block;max-width:100%;height:auto}
.pair>figure>svg,.full>svg{width:100%}
@media screen{.pixels{image-rendering:pixelated}}
figcaption{margin-top:8px;color:var(--muted);font-size:13px}
.scroll{overflow:auto;max-width:100%;border-radius:14px}
.scroll>svg{max-width:none}
.table{overflow:auto}
.tall{max-height:440px}
table{border-collapse:collapse;width:100%;font-size:13.5px;line-height:1.45;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:14px 18px 4px;font-weight:600}
th,td{padding:7px 18px;text-align:left;vertical-align:baseline;border-top:1px solid var(--grid)}
thead th{position:sticky;top:0;background:var(--surface);color:var(--muted);font-weight:600;font-size:12.5px;border-top:0;white-space:nowrap}
tbody th{font-weight:600}
tr.best{background:var(--accent-fill);color:var(--accent-ink)}
tfoot th,tfoot td{font-weight:600;border-top:1px solid var(--border)}
.r{text-align:right;white-space:nowrap}
.m,code,pre{font-family:${fonts.mono}}
.m{font-size:12.5px}
code{font-size:.9em}
pre code{font-size:1em}
.bar{display:inline-block;vertical-align:middle;height:8px;margin-left:10px;border-radius:4px;background:var(--forward-line);min-width:1px}
.track{display:inline-block;width:84px;text-align:left}
dl.facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:6px 24px;margin:0;padding:16px 18px;font-size:14px}
dl.facts dt{color:var(--muted)}
dl.facts dd{margin:0}
details.card>summary{cursor:pointer;padding:13px 18px;font-weight:600;border-radius:14px}
details.card>summary:hover{color:var(--accent-ink)}
details.card>summary small{font-weight:400;color:var(--muted);font-size:13px;margin-left:8px}
details.card[open]>summary{border-bottom:1px solid var(--grid);border-radius:14px 14px 0 0}
details.card>.p{padding:18px}
.index{columns:230px auto;column-gap:24px;margin:0;padding:14px 18px;list-style:none;font-size:12.5px;border-bottom:1px solid var(--grid)}
.index a{text-decoration:none}
.index a:hover{text-decoration:underline}
.index small{color:var(--muted);margin-left:6px}
pre{margin:0;padding:16px 18px;overflow:auto;max-height:72vh;font-size:12.5px;line-height:1.55;tab-size:2}
.code{display:grid;grid-template-columns:max-content minmax(0,1fr);max-height:72vh;overflow:auto}
.code pre{max-height:none;overflow:visible}
.code .lines{position:sticky;left:0;padding-right:0;text-align:right;color:var(--muted);background:var(--surface);user-select:none}
pre .c{color:var(--muted);font-style:italic}
pre .k{color:var(--accent-ink)}
pre .f{color:var(--forward-ink)}
pre .s{color:var(--update-ink)}
pre .n{color:var(--backward-ink)}
pre .v{color:var(--loss-ink)}
pre a:target{outline:0;box-shadow:-6px 0 0 0 var(--accent-line)}
button,.button{font:600 13px/1.4 ${fonts.sans};color:var(--ink);background:var(--surface);border:1px solid var(--border);border-radius:9px;padding:7px 13px;cursor:pointer;text-decoration:none;display:inline-block;white-space:nowrap}
button:hover,.button:hover{border-color:var(--accent-line);color:var(--accent-ink)}
.actions{display:flex;flex-wrap:wrap;gap:10px;margin:16px 0 0}
[hidden]{display:none!important}
@media (max-width:1000px){
.wide{padding-left:20px;padding-right:20px}
.body{display:block}
nav{position:static;padding-top:20px}
nav ul{display:flex;flex-wrap:wrap;gap:4px 8px;border:0}
nav a{padding:4px 11px;margin:0;border:1px solid var(--border);border-radius:99px;background:var(--surface)}
nav a[aria-current]{border-color:var(--border);color:var(--muted);font-weight:400}
}
@media (max-width:560px){
.wide{padding-left:14px;padding-right:14px}
.top{padding-top:26px}
h1{font-size:25px}
.tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:10px}
.tile{padding:12px 14px}
.tile dd{font-size:20px}
.tile.main dd{font-size:26px}
th,td{padding:7px 12px}
dl.facts{grid-template-columns:minmax(0,1fr);gap:0}
dl.facts dd{margin-bottom:10px}
figure.scrolls{overflow-x:auto}
figure.scrolls>svg{max-width:none;min-width:560px}
}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@media print{
@page{margin:14mm}
body{background:none;font-size:11pt}
nav,.skip,.actions,#theme{display:none!important}
.body{display:block}
.wide{padding:0;max-width:none}
.tile,figure,tr,.card:not(details){break-inside:avoid}
h2,h3{break-after:avoid}
.table,.code,pre{max-height:none;overflow:visible}
pre{white-space:pre-wrap}
.tall{max-height:none}
}`;

/** The whole style sheet. Paper is always light. */
export const styleSheet = [
  `:root{color-scheme:light;${lightPage}}`,
  `@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${darkPage}}}`,
  `@media screen{:root[data-theme=dark]{color-scheme:dark;${darkPage}}}`,
  pictureRules,
  layout.trim(),
].join('\n');

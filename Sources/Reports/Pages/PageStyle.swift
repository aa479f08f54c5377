/// How every page looks, on screens of any width and on paper.
let pageStyle = """
  :root { color-scheme: light; }
  * { box-sizing: border-box; }
  body { margin: 0 auto; padding: 1rem clamp(1rem, 3vw, 3rem) 3rem; max-width: 90rem;
    font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
    color: #1a1a1a; background: #fff; overflow-wrap: anywhere; }
  header { border-bottom: 2px solid #0072b2; margin-bottom: 1rem; }
  h1 { font-size: clamp(1.4rem, 4vw, 2rem); line-height: 1.2; margin: .5rem 0; }
  h2 { font-size: 1.3rem; margin: 2rem 0 .5rem; }
  p { max-width: 46rem; }
  .summary { font-size: 1.1rem; }
  nav ol { margin: 0; padding-left: 1.5rem; columns: 18rem; }
  a { color: #005a8c; }
  a:focus-visible, .scroll:focus-visible { outline: 3px solid #d55e00; outline-offset: 2px; }
  .figures { display: grid; gap: 1.5rem;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); }
  figure, .table { margin: 0; padding: .75rem; border: 1px solid #d8d8d8; border-radius: 6px;
    min-width: 0; max-width: 46rem; }
  .table { margin: 1.5rem 0; max-width: 100%; }
  .drawing svg { display: block; width: 100%; height: auto; }
  figcaption, .table { font-size: .9rem; }
  figcaption p, .table > p { margin: .4rem 0; }
  dl { margin: .4rem 0; color: #444; display: flex; flex-wrap: wrap; gap: .1rem 1.2rem;
    font-size: .85rem; }
  dl div { display: flex; gap: .4rem; min-width: 0; }
  dt { font-weight: 600; flex: none; }
  dd { margin: 0; min-width: 0; }
  code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .92em; }
  .numbers a { display: inline-block; padding: .1rem .6rem; margin-left: .3rem;
    border: 1px solid #005a8c; border-radius: 4px; text-decoration: none; }
  .scroll { overflow-x: auto; }
  table { border-collapse: collapse; overflow-wrap: normal; font-size: .95rem; }
  th, td { padding: .3rem .8rem; text-align: left; vertical-align: top;
    border-bottom: 1px solid #e4e4e4; }
  thead th { border-bottom: 2px solid #555; vertical-align: bottom; }
  tbody th { font-weight: 400; }
  .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
  thead .number { white-space: normal; }
  .errors { display: inline-flex; flex-direction: column; vertical-align: middle;
    font-size: .75em; line-height: 1.1; text-align: left; }
  .errors sup, .errors sub { vertical-align: baseline; font-size: 1em; line-height: 1.1; }
  footer { margin-top: 3rem; border-top: 1px solid #d8d8d8; font-size: .85rem; color: #444; }
  @media print {
    @page { margin: 15mm; }
    body { padding: 0; max-width: none; font-size: 10pt; }
    nav, .numbers, footer { display: none; }
    figure, .table, tr { break-inside: avoid; }
    h2 { break-after: avoid; }
    .figures { display: block; }
    figure { max-width: 150mm; margin: 0 auto 8mm; }
    .scroll { overflow: visible; }
    a { color: inherit; text-decoration: none; }
  }
  """

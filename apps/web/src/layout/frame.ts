import { html } from 'hono/html'
import type { Page } from '../route.ts'
import { type Markup, NOTHING } from './markup.ts'

const SECTIONS = [
  { path: '/search', name: 'Browse' },
  { path: '/tags', name: 'Tags' },
  { path: '/machine', name: 'My machine' },
  { path: '/docs', name: 'Docs' },
] as const

/** What stands above every page. The start page has a search field of its own. */
export function siteHeader(page: Page): Markup {
  return html`<header class="site-header">
<div class="bar">
<a class="wordmark" href="/">${mark()}<span>rbee <span class="soft">workers</span></span></a>
${page.path === '/' ? NOTHING : searchField(page.query ?? '')}
<nav aria-label="Site"><ul>${SECTIONS.map(
    ({ path, name }) =>
      html`<li><a href="${path}"${isWithin(page.path, path) ? html` aria-current="${page.path === path ? 'page' : 'true'}"` : ''}>${name}</a></li>`,
  )}</ul></nav>
</div>
</header>`
}

export function siteFooter(): Markup {
  return html`<footer class="site-footer">
<div class="bar">
<p>A registry of AI inference workers. Open source, Apache-2.0.</p>
<nav aria-label="About"><ul>
<li><a href="/docs">Docs</a></li>
<li><a href="/docs/api">API</a></li>
<li><a href="/trust">Trust</a></li>
<li><a href="/status">Status</a></li>
</ul></nav>
</div>
</footer>`
}

function searchField(query: string): Markup {
  return html`<form class="search" role="search" action="/search">
<label class="hidden" for="header-search">Search workers</label>
<input id="header-search" type="search" name="q" value="${query}" placeholder="Search workers" autocomplete="off" maxlength="200">
<button type="submit" class="hidden">Search</button>
</form>`
}

/** Six cells of a comb, of which one is taken. */
function mark(): Markup {
  return html`<svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="M12 1.5 21.1 6.75v10.5L12 22.5 2.9 17.25V6.75z" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"/><path d="M12 7.2 16.2 9.6v4.8L12 16.8 7.8 14.4V9.6z" fill="currentColor"/></svg>`
}

function isWithin(path: string, section: string): boolean {
  return path === section || path.startsWith(`${section}/`)
}

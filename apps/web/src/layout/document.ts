import { html, raw } from 'hono/html'
import { assetUrl } from '../assets/assets.ts'
import type { Page } from '../route.ts'
import { SITE_NAME } from '../site-name.ts'
import { siteFooter, siteHeader } from './frame.ts'
import { headLinks } from './head-links.ts'
import { type Markup, NOTHING, textOf } from './markup.ts'
import { preview } from './preview.ts'

/**
 * What pages may load and do: the server's own style sheet and programs, in files, and nothing inline. A README that got
 * through the sanitiser could still run, show and send nothing.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** A whole page. */
export function documentText(page: Page, registry: string): string {
  return textOf(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.path === '/' ? page.title : `${page.title} · ${SITE_NAME}`}</title>
${page.description === undefined ? NOTHING : html`<meta name="description" content="${page.description}">`}
${page.unlisted ? html`<meta name="robots" content="noindex">` : html`<link rel="canonical" href="${registry}${page.path}">`}
<meta name="color-scheme" content="light dark">
${page.unlisted ? NOTHING : preview(page, registry)}${headLinks(page)}
<link rel="icon" type="image/svg+xml" href="${assetUrl('icon.svg')}">
<link rel="stylesheet" href="${assetUrl('site.css')}">
${page.style === undefined ? NOTHING : html`<link rel="stylesheet" href="${assetUrl(`${page.style}.css`)}">`}
${islandsOf(page)}${page.head ?? NOTHING}
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
${siteHeader(page)}
<main id="content" tabindex="-1">
${page.content}
</main>
${siteFooter()}
</body>
</html>
`)
}

/** The programs of a page; `site` is for all of them. */
function islandsOf({ islands = [] }: Page): Markup {
  return html`${['site' as const, ...islands].map(
    (name) => html`<script type="module" src="${assetUrl(`${name}.js`)}"></script>${raw('\n')}`,
  )}`
}

import { html } from 'hono/html'
import type { Page } from '../route.ts'
import { SITE_NAME } from '../site-name.ts'
import { type Markup, NOTHING } from './markup.ts'

/** How other sites show a link to a page (the Open Graph protocol, ogp.me). */
export function preview({ title, description, path, picture }: Page, registry: string): Markup {
  return html`<meta property="og:site_name" content="${SITE_NAME}">
<meta property="og:type" content="website">
<meta property="og:title" content="${title}">
<meta property="og:url" content="${registry}${path}">
${description === undefined ? NOTHING : html`<meta property="og:description" content="${description}">`}
${
  picture === undefined
    ? NOTHING
    : html`<meta property="og:image" content="${registry}${picture.path}">
<meta property="og:image:type" content="image/png">
<meta property="og:image:width" content="1200">
<meta property="og:image:height" content="630">
<meta property="og:image:alt" content="${picture.text}">
<meta name="twitter:card" content="summary_large_image">`
}
`
}

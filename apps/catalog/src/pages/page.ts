import { html, raw } from 'hono/html'
import { type Answer, sha256Base64, taggedAnswer } from '../http/answer.ts'
import { STYLE } from './style.ts'

export type Markup = ReturnType<typeof html>

/** What one page shows; everything in it is escaped by the template. */
export interface Page {
  readonly title: string
  readonly content: Markup
}

/** A complete page. Its policy allows the one style it carries and nothing else: no script, no frame, no form. */
export async function pageAnswer({ title, content }: Page): Promise<Answer> {
  const text = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${raw(STYLE)}</style>
</head>
<body>
<header>
<strong><a href="/">rbee Worker Catalog</a></strong>
<nav><a href="/docs">API</a> <a href="/docs/manifest">Manifest</a> <a href="/docs/errors">Errors</a> <a href="/v1/openapi.json">OpenAPI</a></nav>
</header>
<main>
${content}
</main>
<footer>A registry of AI inference workers. Apache-2.0.</footer>
</body>
</html>
`
  return taggedAnswer(String(text), 'text/html; charset=utf-8', {
    'Content-Security-Policy': await contentSecurityPolicy(),
  })
}

async function contentSecurityPolicy(): Promise<string> {
  const style = await sha256Base64(new TextEncoder().encode(STYLE))
  return [
    "default-src 'none'",
    `style-src 'sha256-${style}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

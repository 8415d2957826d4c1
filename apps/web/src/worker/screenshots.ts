import type { WorkerDocument } from '@rbee/schema'
import { html } from 'hono/html'
import { type Markup, NOTHING } from '../layout/markup.ts'

type Screenshot = WorkerDocument['screenshots'][number]
type HeldScreenshot = Screenshot & { readonly image: NonNullable<Screenshot['image']> }

/**
 * Pictures that the registry serves itself. Others are named by captions and addresses: those of other hosts would tell those
 * hosts who looks.
 */
export function screenshotsSection({ name, screenshots }: WorkerDocument, linked: boolean): Markup {
  if (screenshots.length === 0) return NOTHING
  const held = screenshots.filter(isHeld)
  const others = screenshots.filter((one) => !isHeld(one))
  return html`<section aria-labelledby="screenshots"><h2 id="screenshots">Screenshots</h2>
${held.length === 0 ? NOTHING : html`<div class="shots">${held.map((one, index) => figure(one, `Screenshot ${index + 1} of ${name}`))}</div>`}
${others.length === 0 ? NOTHING : named(others, held.length > 0, linked)}</section>`
}

function isHeld(screenshot: Screenshot): screenshot is HeldScreenshot {
  return screenshot.image !== undefined
}

/** With its size, so that nothing moves when it arrives. The caption stands below it, and need not be read out twice. */
function figure({ caption, image }: HeldScreenshot, title: string): Markup {
  return html`<figure><a href="${image.url}"><img src="${image.url}" alt="${caption ?? title}" width="${image.width}" height="${image.height}" loading="lazy" decoding="async"></a>${
    caption === undefined
      ? NOTHING
      : html`<figcaption class="soft small" dir="auto" aria-hidden="true">${caption}</figcaption>`
  }</figure>`
}

function named(screenshots: readonly Screenshot[], areMore: boolean, linked: boolean): Markup {
  return html`<p class="soft small">${areMore ? 'Others are named' : 'Named'} by its author; this site loads no pictures from elsewhere.</p><ul>${screenshots.map(
    ({ url, caption }) =>
      html`<li dir="auto">${
        linked && url.startsWith('https:')
          ? html`<a href="${url}" rel="nofollow noopener ugc">${caption ?? url}</a>`
          : html`${caption ?? NOTHING} <code><bdi>${url}</bdi></code>`
      }</li>`,
  )}</ul>`
}

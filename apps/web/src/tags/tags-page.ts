import { html } from 'hono/html'
import { wholeNumber } from '../figures/figures.ts'
import { page, type SiteRoute } from '../route.ts'

/** Enough to look through; others are found by searching. */
const SHOWN = 400

/** Every tag that workers have, the commonest first. */
export const tagsPage: SiteRoute = {
  changesWith: 'figures',
  async answer({ api }) {
    const { tags } = await api.listTags()
    const shown = tags.slice(0, SHOWN)
    return page({
      title: 'Tags',
      description: 'Words under which workers are found.',
      path: '/tags',
      style: 'search',
      content: html`<h1>Tags</h1>
${
  tags.length === 0
    ? html`<p class="soft">No worker has a tag yet.</p>`
    : html`<ul class="plain tag-grid">${shown.map(
        ({ name, count }) =>
          html`<li><a href="/tag/${name}">${name}</a> <span class="soft small">${wholeNumber(count)}</span></li>`,
      )}</ul>`
}
${tags.length > shown.length ? html`<p class="soft">and ${wholeNumber(tags.length - shown.length)} rarer ones.</p>` : ''}`,
    })
  },
}

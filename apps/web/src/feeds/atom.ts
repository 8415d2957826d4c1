import { html } from 'hono/html'
import { xmlText } from '../discovery/xml-text.ts'
import { textOf } from '../layout/markup.ts'
import { file, type SiteAnswer } from '../route.ts'
import { SITE_NAME } from '../site-name.ts'

/** A feed of releases. Addresses are whole; moments are RFC 3339. */
export interface Feed {
  readonly title: string
  /** Of the feed itself, which is also its id. */
  readonly self: string
  /** The page that shows the same. */
  readonly page: string
  /** Newest first. */
  readonly entries: readonly FeedEntry[]
}

export interface FeedEntry {
  readonly title: string
  /** The page of the release, which is also the id of the entry. */
  readonly page: string
  readonly author: string
  readonly published: string
  /** When what is said of it last changed. */
  readonly updated: string
  /** Plain text. */
  readonly summary: string
}

/** Entries of a feed; readers ask often enough to miss none. */
export const FEED_ENTRIES = 50

/** Feeds have a time even where nothing ever happened (RFC 4287, 4.1.1). */
const NEVER = '1970-01-01T00:00:00Z'

/** A feed in Atom 1.0 (RFC 4287). Every text in it may be a stranger's. */
export function atomFeed({ title, self, page, entries }: Feed): SiteAnswer {
  const updated =
    entries
      .map((entry) => entry.updated)
      .toSorted()
      .at(-1) ?? NEVER
  return file({
    contentType: 'application/atom+xml; charset=utf-8',
    text: textOf(html`<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>${self}</id>
<title>${xmlText(title)}</title>
<updated>${updated}</updated>
<author><name>${SITE_NAME}</name></author>
<link rel="self" type="application/atom+xml" href="${self}"/>
<link rel="alternate" type="text/html" href="${page}"/>
${entries.map(
  (entry) => html`<entry>
<id>${entry.page}</id>
<title>${xmlText(entry.title)}</title>
<published>${entry.published}</published>
<updated>${entry.updated}</updated>
<author><name>${xmlText(entry.author)}</name></author>
<link rel="alternate" type="text/html" href="${entry.page}"/>
<summary>${xmlText(entry.summary)}</summary>
</entry>
`,
)}</feed>
`),
  })
}

import { raw } from 'hono/html'
import markdownIt, { type Token } from 'markdown-it'
import sanitizeHtml from 'sanitize-html'
import type { Markup } from '../layout/markup.ts'
import { anchorName } from './anchor-name.ts'

/** Largest text that is shown, in UTF-16 units; most READMEs have a tenth of it. */
export const README_SHOWN = 100_000
/** How deep lists, quotes and elements may lie in each other. */
const MAX_DEPTH = 24
/** A README's headings begin below the page's own `h2`. */
const TOP_LEVEL = 3
const LOWEST_LEVEL = 6
/** Keeps its anchors apart from those of the page. */
const ANCHOR = 'readme-'

export interface ReadmeRules {
  /** Whether addresses become links. Elsewhere they stay text, so that nobody publishes for the sake of links. */
  readonly links: boolean
}

/**
 * A stranger's Markdown as HTML of this site. The library makes HTML of it, HTML of the author's own included, and
 * sanitize-html leaves of that what is listed here: text, tables, code and links, and nothing that loads, runs, styles, sends
 * or names elements of the page.
 */
export function readmeMarkup(markdown: string, rules: ReadmeRules): Markup {
  const made = markdownParser.render(markdown.slice(0, README_SHOWN))
  const safe = sanitizeHtml(made, sanitizerOptions(rules))
  // Only tags of the sanitiser's own writing can look like these: text has its brackets escaped.
  return raw(
    safe
      .replaceAll('<table>', '<div class="scroll" tabindex="0"><table>')
      .replaceAll('</table>', '</table></div>')
      // The corner of a table heads nothing.
      .replaceAll(/<th(?: class="[a-z]+")?>\s*<\/th>/g, '<td></td>')
      // What stands for decoration. A tag that is not allowed may not: sanitize-html closes the next one by its name.
      .replaceAll('<span></span>', '')
      .replaceAll(/<a href="[^"]*"(?: rel="[^"]*")?>\s*<\/a>|<p>\s*<\/p>/g, ''),
  )
}

const markdownParser = markdownIt({ html: true, linkify: true, maxNesting: MAX_DEPTH })
// A linked word such as "index.md" would lead to a stranger's host of that name.
markdownParser.linkify.set({ fuzzyLink: false, fuzzyEmail: false })
markdownParser.core.ruler.push('heading_anchors', ({ tokens }) => {
  for (const { index, anchor } of headingsOf(tokens)) {
    if (anchor !== null) tokens[index]?.attrSet('id', anchor)
  }
  return false
})

/** A heading of a text that {@link readmeMarkup} shows. */
export interface ShownHeading {
  readonly text: string
  /** Id of its element; null where an earlier one has it. */
  readonly anchor: string | null
}

/** The headings of a text in Markdown, with the ids that they have where it is shown. */
export function shownHeadings(markdown: string): ShownHeading[] {
  return headingsOf(markdownParser.parse(markdown.slice(0, README_SHOWN), {}))
}

function headingsOf(tokens: readonly Token[]): (ShownHeading & { readonly index: number })[] {
  const taken = new Set<string>()
  return tokens.flatMap(({ type }, index) => {
    if (type !== 'heading_open') return []
    const text = tokens[index + 1]?.content ?? ''
    const name = boundedAnchor(text)
    const anchor = name === '' || taken.has(name) ? null : `${ANCHOR}${name}`
    taken.add(name)
    return [{ index, text, anchor }]
  })
}

/** Strangers' headings have no end. */
function boundedAnchor(heading: string): string {
  return anchorName(heading).slice(0, 100)
}

type Attributes = Record<string, string>

function sanitizerOptions({ links }: ReadmeRules): sanitizeHtml.IOptions {
  const heading = headingLevels()
  return {
    allowedTags: [
      ...['h3', 'h4', 'h5', 'h6', 'p', 'br', 'hr', 'blockquote', 'pre', 'code', 'kbd', 'samp', 'var'],
      ...['ul', 'ol', 'li', 'dl', 'dt', 'dd', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
      ...['a', 'b', 'strong', 'i', 'em', 's', 'del', 'ins', 'sub', 'sup', 'small', 'mark', 'q', 'abbr'],
      ...['details', 'summary', 'span'],
    ],
    allowedAttributes: {
      a: ['href', 'rel'],
      ol: ['start'],
      pre: ['tabindex'],
      span: [{ name: 'class', values: ['picture'] }],
      th: [{ name: 'class', values: ALIGNED }],
      td: [{ name: 'class', values: ALIGNED }],
      ...Object.fromEntries(['h3', 'h4', 'h5', 'h6'].map((tag) => [tag, ['id']])),
    },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowProtocolRelative: false,
    nestingLimit: MAX_DEPTH,
    // Whose text is no text of the README.
    nonTextTags: [
      'script',
      'style',
      'textarea',
      'option',
      'noscript',
      'template',
      'iframe',
      'object',
      'svg',
      'math',
      'title',
    ],
    parseStyleAttributes: false,
    enforceHtmlBoundary: false,
    transformTags: {
      ...Object.fromEntries(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((tag) => [tag, heading])),
      // Code that is wider than the page is scrolled, by keyboard, too.
      pre: sanitizeHtml.simpleTransform('pre', { tabindex: '0' }, false),
      a: (_tag, { href = '' }: Attributes) => linkTo(links ? href : ''),
      // Pictures would tell their hosts who reads.
      img: (_tag, { alt = '' }: Attributes) => picture(alt),
      strike: 'del',
      th: aligned,
      td: aligned,
    },
  }
}

/** Columns of figures stand at their end. Markdown says so in a style, which no page of this site may have. */
const ALIGNED = ['end', 'centre']

function aligned(tagName: string, { style = '' }: Attributes): sanitizeHtml.Tag {
  const side = /^text-align:\s*(right|center)$/.exec(style)?.[1]
  if (side === undefined) return { tagName, attribs: {} }
  return { tagName, attribs: { class: side === 'right' ? 'end' : 'centre' } }
}

/** What stands for a picture; nothing for one that is only decoration. */
function picture(alt: string): sanitizeHtml.Tag {
  if (alt.trim() === '') return { tagName: 'span', attribs: {} }
  return { tagName: 'span', attribs: { class: 'picture' }, text: alt }
}

/** Addresses relative to the author's repository lead nowhere here. */
function linkTo(href: string): sanitizeHtml.Tag {
  if (href.startsWith('#')) {
    return { tagName: 'a', attribs: { href: `#${ANCHOR}${boundedAnchor(decoded(href.slice(1)))}` } }
  }
  if (!/^(?:https?|mailto):/i.test(href)) return { tagName: 'span', attribs: {} }
  return { tagName: 'a', attribs: { href, rel: 'nofollow noopener ugc' } }
}

function decoded(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (bytes) => {
    try {
      return decodeURIComponent(bytes)
    } catch (error) {
      if (error instanceof URIError) return bytes
      throw error
    }
  })
}

/** Moves headings below the page's own, and leaves no level out: a screen reader goes by them. */
function headingLevels(): sanitizeHtml.Transformer {
  let top: number | null = null
  let previous = TOP_LEVEL - 1
  const taken = new Set<string>()
  return (tag, { id }): sanitizeHtml.Tag => {
    const stated = Number(tag.slice(1))
    top = Math.min(top ?? stated, stated)
    const level = Math.min(TOP_LEVEL + stated - top, previous + 1, LOWEST_LEVEL)
    previous = level
    if (id === undefined || !id.startsWith(ANCHOR) || /\s/.test(id) || taken.has(id)) {
      return { tagName: `h${level}`, attribs: {} }
    }
    taken.add(id)
    return { tagName: `h${level}`, attribs: { id } }
  }
}

import { readdir, readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import markdownIt from 'markdown-it'
import type { Guide, GuideSection } from './src/docs/guide.ts'
import { anchorName } from './src/readme/anchor-name.ts'

const PROJECT = join(import.meta.dirname, '../..')

/** Texts that lie outside of `docs`, by their address below `/docs`. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  overview: 'README.md',
  security: 'SECURITY.md',
  'worker-sdk': 'packages/worker-sdk/README.md',
}

/** Folders of `docs` whose files are pages, and whose README.md is the page of the folder. */
const FOLDERS = ['', 'checks', 'decisions'] as const

/**
 * The project's own Markdown as pages, by their addresses below `/docs`: what is read in a clone, on a server and on
 * Cloudflare is one text. Fails on links that lead nowhere.
 */
export async function siteGuides(): Promise<Readonly<Record<string, Guide>>> {
  const files = await guideFiles()
  const addresses = new Map([...files].map(([address, file]) => [file, address]))
  const texts = await Promise.all(
    [...files].map(
      async ([address, file]) => [address, file, await readFile(join(PROJECT, file), 'utf8')] as const,
    ),
  )
  const made = texts.map(([address, file, text]) => [address, guideOf(text, file, addresses)] as const)
  const guides = Object.fromEntries(made)
  for (const [address, { links }] of made) requireTargets(address, links, guides)
  return Object.fromEntries(
    made.map(([address, { title, description, html, sections }]) => [
      address,
      { title, description, html, sections },
    ]),
  )
}

/** Paths inside the project by addresses below `/docs`. */
async function guideFiles(): Promise<ReadonlyMap<string, string>> {
  const files = new Map(Object.entries(ELSEWHERE))
  for (const folder of FOLDERS) {
    const names = (await readdir(join(PROJECT, 'docs', folder))).filter((name) => name.endsWith('.md'))
    for (const name of names.toSorted()) {
      const stem = name === 'README.md' ? '' : name.slice(0, -'.md'.length).toLowerCase()
      files.set(posix.join(folder, stem), posix.join('docs', folder, name))
    }
  }
  return files
}

interface MadeGuide extends Guide {
  /** Addresses of the site that it leads to, anchors included. */
  readonly links: readonly string[]
  /** Every anchor of it. */
  readonly anchors: ReadonlySet<string>
}

function guideOf(text: string, file: string, addresses: ReadonlyMap<string, string>): MadeGuide {
  const tokens = markdown.parse(text, {})
  const [open, heading] = tokens
  if (open?.type !== 'heading_open' || open.tag !== 'h1')
    throw new Error(`${file} does not begin with a title`)
  const body = tokens.slice(3)
  const links: string[] = []
  const sections: GuideSection[] = []
  const anchors = new Set<string>()
  for (const [index, token] of body.entries()) {
    if (token.type === 'heading_open') {
      const title = plainText(body[index + 1])
      const id = freeName(anchorName(title), anchors)
      anchors.add(id)
      token.attrSet('id', id)
      if (token.tag === 'h2') sections.push({ id, title })
    }
    for (const child of token.children ?? []) {
      if (child.type === 'link_open') rewriteLink(child, file, addresses, links)
    }
  }
  return {
    title: plainText(heading),
    description: shortened(plainText(body.find(({ type }) => type === 'inline'))),
    html: markdown.renderer.render(body, markdown.options, {}),
    sections,
    links,
    anchors,
  }
}

type Token = ReturnType<typeof markdown.parse>[number]

const markdown = markdownIt({ html: true, linkify: false })
// The only HTML in these texts are remarks for tests.
markdown.renderer.rules.html_block = () => ''
markdown.renderer.rules.html_inline = () => ''
// What is wider than the page is scrolled, by keyboard, too.
markdown.renderer.rules.table_open = () => '<div class="scroll" tabindex="0"><table class="table">'
markdown.renderer.rules.table_close = () => '</table></div>\n'
markdown.renderer.rules.fence = (tokens, index) => {
  const { content = '', info = '' } = tokens[index] ?? {}
  const code = `<code>${markdown.utils.escapeHtml(content)}</code>`
  // What has no language is what a program printed.
  if (info === '') return `<pre tabindex="0">${code}</pre>\n`
  return `<div class="code"><pre tabindex="0" data-copy="Copy this code">${code}</pre></div>\n`
}

/** Links between texts become addresses of the site; what only a clone has stays as text. */
function rewriteLink(
  token: Token,
  file: string,
  addresses: ReadonlyMap<string, string>,
  links: string[],
): void {
  const href = String(token.attrGet('href') ?? '')
  if (/^[a-z]+:/.test(href)) {
    token.attrSet('rel', 'noopener')
    return
  }
  const [path = '', anchor] = href.split('#')
  const target = path === '' ? file : posix.join(posix.dirname(file), path)
  const address = addresses.get(target) ?? addresses.get(posix.join(target, 'README.md'))
  if (address === undefined) {
    token.attrs = [['class', 'in-clone']]
    return
  }
  const link = `/docs${address === '' ? '' : `/${address}`}${anchor === undefined ? '' : `#${anchor}`}`
  links.push(link)
  token.attrSet('href', link)
}

function requireTargets(
  address: string,
  links: readonly string[],
  guides: Readonly<Record<string, MadeGuide>>,
): void {
  for (const link of links) {
    const [path = '', anchor] = link.split('#')
    const guide = guides[path.slice('/docs/'.length)]
    if (guide === undefined || (anchor !== undefined && !guide.anchors.has(anchor))) {
      throw new Error(`The text at /docs/${address} links to ${link}, which is nowhere`)
    }
  }
}

function plainText(token: Token | undefined): string {
  return (token?.children ?? [])
    .map(({ type, content }) => (type === 'softbreak' ? ' ' : content))
    .join('')
    .trim()
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  let count = 1
  while (taken.has(`${name}-${count}`)) count += 1
  return `${name}-${count}`
}

/** As much as search engines show of a description. */
const DESCRIPTION_LENGTH = 160

function shortened(text: string): string {
  if (text.length <= DESCRIPTION_LENGTH) return text
  return `${text.slice(0, text.lastIndexOf(' ', DESCRIPTION_LENGTH - 1))}…`
}

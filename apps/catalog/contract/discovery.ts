import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readXml, type XmlElement } from './read-xml.ts'
import { expectProblem, type Opened } from './subject.ts'

const ATOM = 'application/atom+xml; charset=utf-8'
const XML = 'application/xml; charset=utf-8'

/** What programs find the site and its workers by: feeds, sitemaps, badges and pictures. */
export function discovery(subject: Opened): void {
  async function file(path: string, contentType: string): Promise<string> {
    const response = await subject().fetch(path)
    expect(response.status, path).toBe(200)
    expect(response.headers.get('content-type')).toBe(contentType)
    expect(response.headers.get('cache-control')).toBe('public, max-age=60, stale-while-revalidate=300')
    const etag = response.headers.get('etag') ?? ''
    expect((await subject().fetch(path, { headers: { 'if-none-match': etag } })).status).toBe(304)
    return response.text()
  }

  describe('a feed', () => {
    it.each([
      ['/feeds/all.atom', '/search?sort=recent', ['echo-worker', 'llm-worker', 'source-worker']],
      ['/feeds/tag/llm.atom', '/tag/llm', ['llm-worker']],
      ['/feeds/publisher/official.atom', '/publisher/official', ['llm-worker']],
      ['/feeds/worker/echo-worker.atom', '/worker/echo-worker/versions', ['echo-worker']],
    ])('at %s has what RFC 4287 asks for', async (path, page, ids) => {
      const elements = readXml(await file(path, ATOM))
      const [feed] = elements
      expect(feed).toMatchObject({ name: 'feed', attributes: { xmlns: 'http://www.w3.org/2005/Atom' } })
      const registry = textsOf(elements, 'id')[0]?.slice(0, -path.length) ?? ''
      expect(linksOf(elements).slice(0, 2)).toEqual([
        ['self', registry + path],
        ['alternate', registry + page],
      ])
      const entries = elements.filter(({ name }) => name === 'entry').length
      expect(entries).toBeGreaterThanOrEqual(ids.length)
      // Feed and entries have each of these once, all of them with a time.
      for (const name of ['id', 'title', 'updated', 'author', 'name']) {
        expect(elements.filter((element) => element.name === name).length, name).toBe(entries + 1)
      }
      for (const moment of [...textsOf(elements, 'updated'), ...textsOf(elements, 'published')]) {
        expect(moment).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/)
      }
      for (const id of ids) {
        const own = textsOf(elements, 'id').filter((text) => text.startsWith(`${registry}/worker/${id}/`))
        expect(own.length, id).toBeGreaterThan(0)
        expect((await subject().fetch(own[0]?.slice(registry.length) ?? '')).status).toBe(200)
      }
    })

    it('of a tag that nobody has is empty, and of an unknown worker or publisher there is none', async () => {
      expect(
        readXml(await file('/feeds/tag/nobody-has-this.atom', ATOM)).map(({ name }) => name),
      ).not.toContain('entry')
      await expectProblem(await subject().fetch('/feeds/worker/nobody.atom'), 404, 'worker_not_found')
      await expectProblem(await subject().fetch('/feeds/publisher/nobody.atom'), 404, 'publisher_not_found')
      await expectProblem(await subject().fetch('/feeds/worker/echo-worker.rss'), 404, 'not_found')
    })

    it('is named by the page that shows the same', async () => {
      const html = await (await subject().fetch('/worker/echo-worker')).text()
      expect(html).toMatch(
        /<link rel="alternate" type="application\/atom\+xml"[^>]* href="\/feeds\/worker\/echo-worker.atom">/,
      )
      expect(html).toMatch(/<link rel="canonical" href="https?:\/\/[^"]+\/worker\/echo-worker">/)
      expect(html).toMatch(/<meta property="og:image" content="https?:\/\/[^"]+\/og\/echo-worker.png">/)
      const data = /<script type="application\/ld\+json">(.+?)<\/script>/.exec(html)?.[1] ?? ''
      expect(JSON.parse(data)).toMatchObject({ '@type': 'SoftwareApplication', softwareVersion: '1.0.0' })
    })
  })

  describe('the sitemap', () => {
    it('leads to every worker and page, all of which are there', async () => {
      const index = readXml(await file('/sitemap.xml', XML))
      expect(index[0]?.name).toBe('sitemapindex')
      const maps = textsOf(index, 'loc').map((address) => new URL(address).pathname)
      expect(maps).toContain('/sitemaps/pages.xml')
      const found: string[] = []
      for (const path of maps) {
        const elements = readXml(await file(path, XML))
        expect(elements[0]?.name).toBe('urlset')
        found.push(...textsOf(elements, 'loc').map((address) => new URL(address).pathname))
      }
      for (const id of ['echo-worker', 'llm-worker', 'source-worker'])
        expect(found).toContain(`/worker/${id}`)
      for (const path of ['/', '/docs/hive', '/docs/checks/eval', '/trust', '/status']) {
        expect(found).toContain(path)
        expect((await subject().fetch(path)).status, path).toBe(200)
      }
    })

    it('is what robots.txt names', async () => {
      const robots = await file('/robots.txt', 'text/plain; charset=utf-8')
      expect(robots).toMatch(/^User-agent: \*\n/)
      expect(robots).toMatch(/\nSitemap: https?:\/\/[^\n]+\/sitemap\.xml\n$/)
    })

    it.each(['/sitemaps/workers-0.xml', '/sitemaps/workers-9999.xml', '/sitemaps/x.xml'])(
      'has no part %s',
      async (path) => {
        await expectProblem(await subject().fetch(path), 404, 'not_found')
      },
    )
  })

  it('browsers and programs are told how to search', async () => {
    const elements = readXml(
      await file('/opensearch.xml', 'application/opensearchdescription+xml; charset=utf-8'),
    )
    expect(elements[0]?.name).toBe('OpenSearchDescription')
    expect(elements.find(({ name }) => name === 'Url')?.attributes.template).toMatch(
      /\/search\?q=\{searchTerms\}$/,
    )
    const llms = await file('/llms.txt', 'text/plain; charset=utf-8')
    expect(llms).toMatch(/^# rbee Worker Catalog\n\n> /)
    for (const [, path = ''] of llms.matchAll(/\]\(https?:\/\/[^/]+([^)]*)\)/g)) {
      expect((await subject().fetch(path)).status, path).toBe(200)
    }
  })

  describe('a badge', () => {
    it.each([
      ['/badge/echo-worker.svg', 'rbee: 1.0.0'],
      ['/badge/echo-worker.svg?show=downloads', /^rbee downloads: \d/],
    ])('at %s is a picture with a name', async (path, label) => {
      const [svg, title] = readXml(await file(path, 'image/svg+xml; charset=utf-8'))
      expect(svg).toMatchObject({ name: 'svg', attributes: { role: 'img', height: '20' } })
      expect(title?.text).toMatch(label)
      expect(svg?.attributes['aria-label']).toBe(title?.text)
    })

    it('shows nothing else', async () => {
      await expectProblem(await subject().fetch('/badge/echo-worker.svg?show=stars'), 400, 'invalid_query')
      await expectProblem(await subject().fetch('/badge/nobody.svg'), 404, 'worker_not_found')
    })
  })

  it('draws a picture of a worker', async () => {
    const response = await subject().fetch('/og/echo-worker.png')
    expect(response.headers.get('content-type')).toBe('image/png')
    const png = new Uint8Array(await response.arrayBuffer())
    const view = new DataView(png.buffer)
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([1200, 630])
    const palette = view.getUint32(33)
    const start = 33 + 12 + palette
    const rows = inflateSync(png.subarray(start + 8, start + 8 + view.getUint32(start)))
    expect(rows.length).toBe(630 * 1201)
    expect(new Set(rows).size).toBeGreaterThan(20)
  })

  describe('the pages about the registry', () => {
    const text = async (path: string) => (await subject().fetch(path)).text()

    it('show what is signed, as the metadata says it', async () => {
      const html = await text('/trust')
      const { signed } = JSON.parse(await text('/v1/tuf/1.root.json'))
      for (const id of Object.keys(signed.keys)) expect(html).toContain(id)
      const [origin = ''] = (await text('/v1/log/checkpoint')).split('\n')
      expect(html).toContain(origin)
      expect(html).toContain('rbee-hive trust add http')
    })

    it('show how it stands', async () => {
      const html = await text('/status')
      expect(html).toContain('>ready</span>')
      expect(html).toContain('<h3 dir="auto">samples</h3>')
    })

    it('hold every guide, rule and decision, and no other', async () => {
      expect(await text('/docs/hive')).toContain('<h2 id="install">')
      expect(await text('/docs/decisions')).toContain('href="/docs/decisions/0001-static-documents"')
      await expectProblem(await subject().fetch('/docs/nothing'), 404, 'not_found')
      await expectProblem(await subject().fetch('/docs/checks/..%2Fhive'), 404, 'not_found')
    })
  })
}

function textsOf(elements: readonly XmlElement[], name: string): readonly string[] {
  return elements.filter((element) => element.name === name).map(({ text }) => text)
}

function linksOf(elements: readonly XmlElement[]): readonly (readonly (string | undefined)[])[] {
  return elements
    .filter(({ name }) => name === 'link')
    .map(({ attributes }) => [attributes.rel, attributes.href])
}

import {
  listedWorkersSchema,
  publisherDocumentSchema,
  type SearchAnswer,
  searchAnswerSchema,
  suggestionsSchema,
  tagListSchema,
} from '@rbee/schema'
import { aCatalogEntry, aManifest } from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { syncEntries } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened, send } from './subject.ts'

const CATALOG = 'searched'

/** A community worker in a folder of its own. */
function folder(
  id: string,
  manifest: Partial<Parameters<typeof aManifest>[0]>,
  readme: string | null = null,
) {
  return aCatalogEntry({
    manifest: aManifest({ id, name: id, maintainers: ['ada'], ...manifest }),
    source: 'community',
    layout: 'folder',
    readme,
    pkgbuild: `pkgname=${id}\npkgver=1.0.0\npkgrel=1\n`,
    git: { url: null, commit: 'b'.repeat(40), branch: 'main', path: `community/${id}` },
  })
}

const LINUX = { linux: ['x86_64' as const] }
const MAC = { macos: ['aarch64' as const] }
const SCRIBE = folder('meeting-scribe', {
  name: 'Meeting Scribe',
  description: 'Writes down what is said in recordings',
  tags: ['speech-to-text', 'audio'],
  license: 'MIT',
  platforms: LINUX,
})
const WHISPERER = folder('whisper-desk', {
  name: 'Whisper Desk',
  description: 'Transcribes dictation',
  tags: ['audio', 'desk'],
  license: 'GPL-3.0-or-later',
  platforms: MAC,
  build: { features: ['metal'], default_feature: 'metal' },
})
const PAINTER = folder(
  'zebra-painter',
  {
    name: 'Zebra Painter',
    description: 'Stable Diffusion XL for posters',
    tags: ['image-generation', 'audio'],
    license: 'LGPL-2.1-only OR MIT',
    platforms: { ...LINUX, ...MAC },
    pricing: { model: 'one-time', price_usd: 9 },
    capabilities: { supported_formats: ['safetensors'], supports_streaming: false },
  },
  '# Zebra\n\nPaints quokkas, 音声認識 and café scenes. <script>alert(1)</script>\n',
)
const ENTRIES = [SCRIBE, WHISPERER, PAINTER]
const OWN = ENTRIES.map(({ manifest }) => manifest.id as string)

export function search(subject: Opened): void {
  const find = async (query: string) =>
    expectJson(await subject().fetch(`/v1/search?${query}`), 200, searchAnswerSchema)
  const ids = (answer: SearchAnswer) => answer.hits.map(({ worker }) => worker.id as string)

  describe('search', () => {
    beforeAll(async () => {
      await syncEntries(subject(), CATALOG, ENTRIES)
    })
    afterAll(async () => {
      const { operatorToken: token } = subject()
      await send(subject(), 'DELETE', `/v1/catalog/syncs?catalog=${CATALOG}`, { token })
    })

    it.each([
      ['an id', 'zebra-painter', 'zebra-painter'],
      ['an alias', 'cuda', 'llm-worker'],
      ['a name', 'Meeting Scribe', 'meeting-scribe'],
      ['a word of the description', 'recordings', 'meeting-scribe'],
      ['the beginning of a word', 'recor', 'meeting-scribe'],
      ['a tag', 'image generation', 'zebra-painter'],
      ['a synonym of one word', 'sdxl', 'zebra-painter'],
      ['a synonym of several words', 'asr', 'meeting-scribe'],
      ['a plural', 'zebras', 'zebra-painter'],
      ['a word of the README', 'quokkas', 'zebra-painter'],
      ['a word without its accent', 'cafe', 'zebra-painter'],
      ['a part of a text without blanks', '認識', 'zebra-painter'],
      ['a phrase', '"stable diffusion xl"', 'zebra-painter'],
    ])('finds a worker by %s', async (_what, query, id) => {
      expect(ids(await find(`q=${encodeURIComponent(query)}`))[0]).toBe(id)
    })

    it('finds nothing that a phrase does not hold, and nothing in HTML', async () => {
      expect((await find(`q=${encodeURIComponent('"diffusion stable"')}`)).total).toBe(0)
      expect((await find('q=alert')).total).toBe(0)
    })

    it('corrects typing errors where nothing is found, and says so', async () => {
      const answer = await find('q=zebar+panter')
      expect(answer).toMatchObject({ corrected: 'zebra painter', total: 1 })
      expect(ids(answer)).toEqual(['zebra-painter'])
      expect((await find('q=zebra')).corrected).toBeNull()
    })

    it('shows where the words stand', async () => {
      const [hit] = (await find('q=zebra+posters')).hits
      const marked = hit?.highlights.map(({ field, text, ranges }) => [
        field,
        ranges.map(([begin, end]) => text.slice(begin, end)),
      ])
      expect(marked).toEqual([
        ['id', ['zebra']],
        ['name', ['Zebra']],
        ['description', ['posters']],
      ])
      const [read] = (await find('q=quokka')).hits
      expect(read?.highlights).toEqual([
        { field: 'readme', text: expect.stringContaining('Paints quokkas'), ranges: [[13, 20]] },
      ])
    })

    it('explains a score as the sum of its parts', async () => {
      const [hit] = (await find('q=zebra-painter&explain=1')).hits
      expect(hit?.explain).toMatchObject({ exact: 20, text: 10, publisher: 0 })
      const sum = Object.values(hit?.explain ?? {}).reduce((one, other) => one + other, 0)
      expect(hit?.score).toBeCloseTo(sum, 9)
      expect((await find('q=zebra')).hits[0]?.explain).toBeNull()
    })

    it.each([
      ['platform=linux', ['meeting-scribe', 'zebra-painter']],
      ['platform=linux&platform=macos', ['meeting-scribe', 'whisper-desk', 'zebra-painter']],
      ['arch=aarch64', ['whisper-desk', 'zebra-painter']],
      ['license=gpl', ['whisper-desk']],
      ['license=GPL', ['whisper-desk']],
      ['license=mit', ['meeting-scribe', 'zebra-painter']],
      ['license=MIT', ['meeting-scribe', 'zebra-painter']],
      ['license=lgpl', ['zebra-painter']],
      ['license=GPL-3.0-or-later', ['whisper-desk']],
      ['license=GPL-3.0-only', []],
      ['feature=metal', ['whisper-desk']],
      ['feature=streaming', ['meeting-scribe', 'whisper-desk']],
      ['tag=audio', ['meeting-scribe', 'whisper-desk', 'zebra-painter']],
      ['tag=audio&tag=desk', ['whisper-desk']],
      ['tag=audio&tag=nowhere', []],
      ['price=paid', ['zebra-painter']],
      ['price=free', ['meeting-scribe', 'whisper-desk']],
      ['source=official', []],
      ['format=safetensors', ['zebra-painter']],
      ['min_rating=1', []],
      ['min_rating=0', ['meeting-scribe', 'whisper-desk', 'zebra-painter']],
      ['platform=&tag=audio&q=', ['meeting-scribe', 'whisper-desk', 'zebra-painter']],
    ])('filters by %s', async (filter, expected) => {
      // Others are there as well; these have a tag of their own.
      const filters = `tag=audio&${filter}`
      const answer = await find(`${filters}&sort=name&limit=100`)
      expect(ids(answer)).toEqual(expected)
      expect(answer.total).toBe(answer.hits.length)
      const list = await expectJson(
        await subject().fetch(`/v1/workers?${filters}&sort=name&limit=200`),
        200,
        listedWorkersSchema,
      )
      expect(list.workers.map(({ id }) => id)).toEqual(ids(answer))
      expect(list).toMatchObject({ total: answer.total, facets: answer.facets })
    })

    it('counts each facet without its own filter, and with all others', async () => {
      const { facets, total } = await find('q=audio&platform=macos&license=gpl')
      expect(total).toBe(1)
      expect(facets.platform).toEqual([{ value: 'macos', count: 1 }])
      expect(facets.license.map(({ value, count }) => [value, count])).toEqual([
        ['gpl', 1],
        ['lgpl', 1],
        ['mit', 1],
      ])
      expect(facets.tag).toEqual([
        { value: 'audio', count: 1 },
        { value: 'desk', count: 1 },
      ])
      expect(facets.min_rating.every(({ count }) => count === 0)).toBe(true)
    })

    it.each(['relevance', 'recent', 'downloads', 'rating', 'name'])(
      'pages in the order of %s',
      async (sort) => {
        const all = await find(`tag=audio&sort=${sort}`)
        const seen: string[] = []
        let cursor: string | null = null
        do {
          const at: string = cursor === null ? '' : `&cursor=${cursor}`
          const page = await find(`tag=audio&sort=${sort}&limit=1${at}`)
          expect(page).toMatchObject({ total: all.total, facets: all.facets })
          seen.push(...ids(page))
          cursor = page.next_cursor
        } while (cursor !== null)
        expect(seen).toEqual(ids(all))
      },
    )

    it.each([
      ...['relevance', 'recent', 'downloads', 'rating', 'name'].map((sort) => `tag=audio&sort=${sort}`),
      'q=audio',
    ])('shows nobody twice and leaves nobody out, whatever changes between two pages of %s', async (list) => {
      const first = await find(`${list}&limit=1`)
      const changed = ENTRIES.filter(({ manifest }) => manifest.id !== ids(first)[0]).map((entry) => ({
        ...entry,
        manifest: { ...entry.manifest, description: 'Changed meanwhile', tags: ['audio'] },
      }))
      const added = folder('added-meanwhile', { name: 'A first one', tags: ['audio'] })
      await syncEntries(subject(), CATALOG, [
        ...ENTRIES.filter(({ manifest }) => manifest.id === ids(first)[0]),
        ...changed,
        added,
      ])
      const seen = ids(first)
      let cursor = first.next_cursor
      while (cursor !== null) {
        const page: SearchAnswer = await find(`${list}&limit=1&cursor=${cursor}`)
        expect(page.total).toBe(first.total)
        seen.push(...ids(page))
        cursor = page.next_cursor
      }
      expect(seen.toSorted()).toEqual(OWN.toSorted())
      expect(ids(await find(list))).toContain('added-meanwhile')
      await syncEntries(subject(), CATALOG, ENTRIES)
      expect(ids(await find('tag=audio'))).not.toContain('added-meanwhile')
    })

    it('marks what runs on a machine, or leaves out what does not, as the resolver decides', async () => {
      const host_profile = { os: 'macos', arch: 'aarch64', cpu: {}, gpus: [] }
      const ask = async (fits: string) =>
        expectJson(
          await send(subject(), 'POST', '/v1/search', { json: { q: 'audio', host_profile, fits } }),
          200,
          searchAnswerSchema,
        )
      const marked = await ask('mark')
      expect(marked.query.fits).toBe('mark')
      const fits = new Map(marked.hits.map(({ worker, fit }) => [worker.id as string, fit]))
      expect(fits.get('meeting-scribe')).toMatchObject({
        runs: false,
        code: 'os',
        reason: expect.stringContaining('linux'),
      })
      expect(fits.get('zebra-painter')).toMatchObject({ runs: false, code: 'no_artifact' })
      expect(fits.get('zebra-painter')?.reason).toContain('zebra-painter 1.0.0')
      const linux = { ...host_profile, os: 'linux', arch: 'x86_64' }
      const echo = await expectJson(
        await send(subject(), 'POST', '/v1/search', {
          json: { q: 'echo-worker', host_profile: linux, fits: 'only' },
        }),
        200,
        searchAnswerSchema,
      )
      expect(echo.hits[0]?.fit).toMatchObject({
        runs: true,
        variant: 'cpu',
        platform: 'linux-x86_64',
        code: null,
      })
      const only = await ask('only')
      expect(only).toMatchObject({ total: 0, hits: [] })
      expect(only.facets.tag).toEqual([])
    })

    it.each([
      ['platform=beos', 'invalid_platform'],
      ['platform=linux-x86_64', 'invalid_platform'],
      ['arch=m68k', 'invalid_filter'],
      ['license=a%20b', 'invalid_filter'],
      ['feature=A', 'invalid_filter'],
      ['tag=A%20tag', 'invalid_filter'],
      ['price=cheap', 'invalid_filter'],
      ['source=me', 'invalid_filter'],
      ['format=%2e%2e', 'invalid_filter'],
      ['min_rating=6', 'invalid_filter'],
      ['min_rating=1&min_rating=2', 'invalid_filter'],
      [Array.from({ length: 21 }, (_, index) => `tag=t${index}`).join('&'), 'invalid_filter'],
      ['sort=best', 'invalid_sort'],
      ['limit=0', 'invalid_limit'],
      ['limit=101', 'invalid_limit'],
      ['explain=yes', 'invalid_filter'],
      ['platfrom=linux', 'invalid_filter'],
      ['tag[]=audio', 'invalid_filter'],
      ['cursor=x', 'invalid_cursor'],
      ['cursor=', 'invalid_cursor'],
      ['q=a&q=b', 'invalid_query'],
      [`q=${'a'.repeat(1001)}`, 'invalid_query'],
      [`q=${'%41'.repeat(5000)}`, 'invalid_query'],
    ])('refuses %s', async (query, code) => {
      await expectProblem(await subject().fetch(`/v1/search?${query}`), 400, code)
    })

    it('refuses the cursor of another question', async () => {
      const { next_cursor } = await find('tag=audio&limit=1')
      await expectProblem(
        await subject().fetch(`/v1/search?tag=desk&cursor=${next_cursor}`),
        400,
        'invalid_cursor',
      )
    })

    it.each([
      '"',
      '""""',
      '*',
      'a*',
      'NEAR(a b, 2)',
      'names : zebra',
      '^zebra',
      'zebra AND NOT OR',
      '-zebra',
      "+ - * / \\ % _ ' ; --",
      'the a of',
      '?!.,;',
      '\u0000',
      'a\u0000b',
      '\ud800',
      '\u{1f9e0}',
      '½ ﷺ ΐ',
      '\u202e\u200b',
      'x'.repeat(1000),
      'word '.repeat(199),
      '漢'.repeat(1000),
      '{names} : (',
    ])('answers the odd query %j', async (q) => {
      const answer = await find(`q=${encodeURIComponent(q.toWellFormed())}`)
      expect(answer.hits.length).toBeLessThanOrEqual(20)
      const posted = await send(subject(), 'POST', '/v1/search', { json: { q } })
      await expectJson(posted, 200, searchAnswerSchema)
    })

    it('lists tags by count', async () => {
      const { tags } = await expectJson(await subject().fetch('/v1/tags'), 200, tagListSchema)
      expect(tags).toEqual(tags.toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)))
      expect(tags.find(({ name }) => name === 'audio')).toEqual({ name: 'audio', count: 3 })
    })

    it('suggests workers, tags and publishers', async () => {
      const suggest = async (q: string) =>
        (await expectJson(await subject().fetch(`/v1/suggest?q=${q}`), 200, suggestionsSchema)).suggestions
      expect(await suggest('zeb')).toEqual([
        { kind: 'worker', text: 'Zebra Painter', id: 'zebra-painter', url: '/v1/workers/zebra-painter' },
      ])
      expect(await suggest('aud')).toContainEqual({
        kind: 'tag',
        text: 'audio',
        id: null,
        url: '/v1/search?tag=audio',
      })
      expect(await suggest('ad')).toContainEqual({
        kind: 'publisher',
        text: 'ada',
        id: 'maintainer-ada',
        url: '/v1/publishers/maintainer-ada',
      })
      expect(await suggest('%22*')).toEqual([])
    })

    it('shows publishers with their workers', async () => {
      const path = '/v1/publishers/maintainer-ada'
      const ada = await expectJson(await subject().fetch(path), 200, publisherDocumentSchema)
      expect(ada).toMatchObject({ name: 'ada', kind: 'maintainer', verified: false, total: 3 })
      const first = await expectJson(await subject().fetch(`${path}?limit=2`), 200, publisherDocumentSchema)
      const rest = await expectJson(
        await subject().fetch(`${path}?limit=2&cursor=${first.next_cursor}`),
        200,
        publisherDocumentSchema,
      )
      expect([...first.workers, ...rest.workers]).toEqual(ada.workers)
      const recent: string[] = []
      for (let cursor = ''; recent.length < 3; ) {
        const response = await subject().fetch(`${path}?sort=recent&limit=1${cursor}`)
        const one = await expectJson(response, 200, publisherDocumentSchema)
        recent.push(...one.workers.map(({ published_at }) => published_at))
        cursor = `&cursor=${one.next_cursor}`
      }
      expect(recent).toEqual(
        ada.workers
          .map(({ published_at }) => published_at)
          .toSorted()
          .toReversed(),
      )
      await expectProblem(await subject().fetch(`${path}?sort=relevance`), 400, 'invalid_sort')
      const foreign = await subject().fetch(`${path}?sort=name&cursor=${first.next_cursor}`)
      await expectProblem(foreign, 400, 'invalid_cursor')
      const official = await expectJson(
        await subject().fetch('/v1/publishers/official'),
        200,
        publisherDocumentSchema,
      )
      expect(official).toMatchObject({ name: 'rbee', kind: 'official', verified: true })
      await expectProblem(await subject().fetch('/v1/publishers/nobody'), 404, 'publisher_not_found')
      await expectProblem(await subject().fetch('/v1/publishers/No'), 400, 'invalid_id')
    })
  })
}

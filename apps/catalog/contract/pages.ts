import { ERRORS } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { expectProblem, type Opened } from './subject.ts'

export function pages(subject: Opened): void {
  describe('a page', () => {
    const text = async (path: string) => (await subject().fetch(path)).text()

    it.each([
      ...['/', '/docs', '/docs/api', '/docs/errors', '/docs/manifest', '/search', '/search?q=echo', '/tags'],
      ...['/tag/llm', '/publisher/official', '/worker/echo-worker', '/worker/echo-worker/versions'],
      ...['/worker/echo-worker/security', '/worker/echo-worker/1.0.0', '/worker/llm-worker'],
      '/worker/echo-worker/diff/1.0.0...1.0.0',
    ])('at %s loads nothing but files of the server', async (path) => {
      const response = await subject().fetch(path)
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(response.headers.get('etag')).toMatch(/^"/)
      const policy = response.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
      expect(policy).not.toContain('unsafe')
      const html = await response.text()
      expect(html).not.toMatch(
        /<style|<script(?! type="(?:module" src="\/assets\/|application\/ld\+json">))|\bon[a-z]+="|style="|src="http/,
      )
      expect(html).toContain('name="viewport"')
      const files = html.match(/(?<=(?:href|src)=")\/assets\/[^"]+/g) ?? []
      expect(files.length).toBeGreaterThan(2)
      for (const file of files) await expectAsset(subject, file)
    })

    it('shows all workers, and those that were searched for', async () => {
      const all = await text('/search')
      for (const id of ['echo-worker', 'llm-worker', 'source-worker'])
        expect(all).toContain(`href="/worker/${id}"`)
      const found = await text('/search?q=llm-worker')
      expect(found).toContain('href="/worker/llm-worker"')
      expect(found).not.toContain('href="/worker/source-worker"')
    })

    it('of a worker has the line that installs it, and everything that is known of its builds', async () => {
      const html = await text('/worker/echo-worker')
      expect(html).toMatch(/>rbee-hive install echo-worker --registry https?:\/\/[^<\s]+</)
      expect(html).toContain('<th scope="row"><code>cpu</code>')
      const security = await text('/worker/echo-worker/security')
      expect(security).toMatch(/sha256:[0-9a-f]{64}/)
      expect(security).toContain('not available: its publisher signed none of its builds')
    })

    it('about the security of a worker shows what the checker found, or that nobody checked', async () => {
      const found = await text('/worker/source-worker/security')
      expect(found).toContain('<a class="bad" href="#checker">1 error</a>')
      expect(found).toContain('<a href="/docs/checks/sums-skip"><code>sums-skip</code></a>')
      expect(found).toContain('an item of &lt;b&gt;source&lt;/b&gt; skips its checksum')
      const unchecked = await text('/worker/echo-worker/security')
      expect(unchecked).toContain('not checked: it was published without a catalog')
    })

    it('of a worker shows its changelog, to which its versions lead', async () => {
      const changelog = await text('/worker/llm-worker/changelog')
      expect(changelog).toContain('id="readme-020---2026-10-01"')
      expect(changelog).toContain('Streams answers')
      const versions = await text('/worker/llm-worker/versions')
      expect(versions).toContain('<a href="/worker/llm-worker/changelog#readme-020---2026-10-01">notes</a>')
      expect(await text('/worker/echo-worker/changelog')).toContain('Not available: there is no CHANGELOG.md')
    })

    it.each([
      ['/worker/llm-worker-cuda', '/worker/llm-worker'],
      ['/worker/llm-worker-cuda/changelog', '/worker/llm-worker/changelog'],
      ['/worker/llm-worker-cuda/versions', '/worker/llm-worker/versions'],
      ['/worker/echo-worker/latest', '/worker/echo-worker/1.0.0'],
      ['/worker/echo-worker/diff?from=1.0.0&to=2.0.0', '/worker/echo-worker/diff/1.0.0...2.0.0'],
    ])('at %s leads to the one address of what is meant', async (path, to) => {
      const response = await subject().fetch(path, { redirect: 'manual' })
      expect(response.status).toBe(302)
      expect(response.headers.get('location')).toBe(to)
    })

    it.each([
      ['/nothing-here', 404, 'not_found'],
      ['/worker/nobody', 404, 'worker_not_found'],
      ['/worker/echo-worker/9.9.9', 404, 'release_not_found'],
      ['/worker/echo-worker/diff/1.0.0', 400, 'invalid_version'],
      ['/tag/nobody-has-this', 404, 'not_found'],
      ['/publisher/nobody', 404, 'publisher_not_found'],
      ['/search?cursor=nonsense', 400, 'invalid_cursor'],
    ])('for people says at %s what failed, and for programs, too', async (path, status, code) => {
      const response = await subject().fetch(path, { headers: { accept: 'text/html,*/*;q=0.8' } })
      expect(response.status).toBe(status)
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.text()).toContain(`<a href="/docs/errors#${code}">`)
      await expectProblem(await subject().fetch(path), status, code)
    })

    it.each(['/v1/nothing', '/workers/nobody', '/v1/workers/nobody', '/assets/nothing.css'])(
      'stands in for no problem document at %s',
      async (path) => {
        const response = await subject().fetch(path, { headers: { accept: 'text/html' } })
        expect(response.status).toBe(404)
        expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
      },
    )

    it('explains every code of an error', async () => {
      const html = await text('/docs/errors')
      for (const code of Object.keys(ERRORS)) expect(html).toContain(`id="${code}"`)
    })

    it('shows every call of the API with an example', async () => {
      const { paths } = JSON.parse(await text('/v1/openapi.json'))
      const html = await text('/docs/api')
      for (const operations of Object.values<Record<string, { operationId: string }>>(paths)) {
        for (const { operationId } of Object.values(operations)) expect(html).toContain(`id="${operationId}"`)
      }
      expect(html.match(/<code>curl /g)?.length).toBeGreaterThan(20)
    })

    it('shows the fields of a manifest', async () => {
      const html = await text('/docs/manifest')
      for (const field of ['default_feature', 'max_context_length', 'cuda_version', 'port_flag']) {
        expect(html).toContain(`<code>${field}</code>`)
      }
    })
  })

  describe('the form of the machine’s page', () => {
    const PROFILE = { os: 'linux', arch: 'x86_64', cpu: { model: '<b>"AMD"</b>' }, gpus: [] }
    const post = (form: Record<string, string> | string, headers: Record<string, string> = {}) =>
      subject().fetch('/machine', {
        method: 'POST',
        headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
      })

    it.each([
      [
        'the plan for a worker',
        { worker: 'echo-worker', profile: JSON.stringify(PROFILE) },
        'runs on this machine',
      ],
      [
        'a worker by another of its addresses',
        { worker: 'llm-worker-cuda', profile: JSON.stringify(PROFILE) },
        'href="/worker/llm-worker"',
      ],
      [
        'the workers that run',
        { search: 'q=echo', profile: JSON.stringify(PROFILE) },
        '1 worker runs on this machine',
      ],
      [
        'none where none runs',
        { search: 'q=echo', profile: JSON.stringify({ ...PROFILE, os: 'windows' }) },
        '0 workers run',
      ],
      ['what lacks', { profile: '{"os":"linux"}' }, 'arch: is missing'],
      [
        'a system that nobody knows',
        { profile: JSON.stringify({ ...PROFILE, os: '<script>' }) },
        '&lt;script&gt;, x86_64',
      ],
      ['that it is no JSON', { profile: '{"os":' }, 'This is not JSON'],
      ['that it is no object', { profile: '[]' }, 'The profile: '],
      ['that it is empty', { profile: ' ' }, 'Paste what rbee-hive detect --json prints.'],
      ['that it is empty, of a form without fields', {}, 'Paste what rbee-hive detect --json prints.'],
      ['that it is too long', { profile: '{}'.padStart(100_001) }, 'This is too long for a profile.'],
    ])('answers with %s', async (_, form: Record<string, string>, said) => {
      const response = await post(form)
      const html = await response.text()
      expect(response.status, html).toBe(200)
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(html).toContain(said)
      expect(html).not.toMatch(/<script>|<b>"AMD|undefined|\[object/)
    })

    it.each([
      [
        'a worker that is not there',
        { worker: 'nobody', profile: JSON.stringify(PROFILE) },
        404,
        'worker_not_found',
      ],
      [
        'a worker that cannot be',
        { worker: '../../v1', profile: JSON.stringify(PROFILE) },
        400,
        'invalid_id',
      ],
      [
        'a search that is none',
        { search: 'cursor=x', profile: JSON.stringify(PROFILE) },
        400,
        'invalid_cursor',
      ],
      ['more than a form may hold', { profile: 'x'.repeat(2 ** 20) }, 413, 'body_too_large'],
    ])('refuses %s', async (_, form: Record<string, string>, status, code) => {
      const response = await post(form)
      const html = await response.text()
      expect(response.status, html).toBe(status)
      expect(html).toContain(`<a href="/docs/errors#${code}">`)
    })

    it('refuses what is no form', async () => {
      const headers = { 'content-type': 'application/json', accept: '*/*' }
      await expectProblem(await post(JSON.stringify(PROFILE), headers), 415, 'unsupported_media_type')
    })
  })

  it.each(['manifest', 'host-profile', 'install-plan', 'release'])(
    'publishes the JSON Schema %s',
    async (name) => {
      const response = await subject().fetch(`/v1/schemas/${name}.json`)
      expect(response.headers.get('content-type')).toBe('application/schema+json')
      expect(await response.json()).toMatchObject({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $id: `/v1/schemas/${name}.json`,
        type: 'object',
      })
    },
  )
}

/** A file whose address names its content. */
async function expectAsset(subject: Opened, path: string): Promise<void> {
  const response = await subject().fetch(path)
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect((await response.text()).length).toBeGreaterThan(100)
}

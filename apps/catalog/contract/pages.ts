import { ERRORS } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { expectProblem, type Opened } from './subject.ts'

export function pages(subject: Opened): void {
  describe('a page', () => {
    const text = async (path: string) => (await subject().fetch(path)).text()

    it.each(['/', '/docs', '/docs/api', '/docs/errors', '/docs/manifest'])(
      'at %s loads nothing but files of the server',
      async (path) => {
        const response = await subject().fetch(path)
        expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
        expect(response.headers.get('etag')).toMatch(/^"/)
        const policy = response.headers.get('content-security-policy') ?? ''
        expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
        expect(policy).not.toContain('unsafe')
        const html = await response.text()
        expect(html).not.toMatch(
          /<style|<script(?! type="module" src="\/assets\/)|\bon[a-z]+="|style="|src="http/,
        )
        expect(html).toContain('name="viewport"')
        const files = html.match(/(?<=(?:href|src)=")\/assets\/[^"]+/g) ?? []
        expect(files.length).toBeGreaterThan(2)
        for (const file of files) await expectAsset(subject, file)
      },
    )

    it('shows what there is and how to install one', async () => {
      const html = await text('/')
      for (const id of ['echo-worker', 'llm-worker', 'source-worker']) {
        expect(html).toContain(`href="/worker/${id}"`)
      }
    })

    it.each([['/nothing-here', 404, 'not_found']])(
      'for people says at %s what failed, and for programs, too',
      async (path, status, code) => {
        const response = await subject().fetch(path, { headers: { accept: 'text/html,*/*;q=0.8' } })
        expect(response.status).toBe(status)
        expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
        expect(response.headers.get('cache-control')).toBe('no-store')
        expect(await response.text()).toContain(`<a href="/docs/errors#${code}">`)
        await expectProblem(await subject().fetch(path), status, code)
      },
    )

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

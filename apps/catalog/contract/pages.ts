import { ERRORS } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import type { Opened } from './subject.ts'

export function pages(subject: Opened): void {
  describe('a page', () => {
    const text = async (path: string) => (await subject().fetch(path)).text()

    it.each(['/', '/docs', '/docs/errors', '/docs/manifest'])(
      'at %s needs no script and nothing from elsewhere',
      async (path) => {
        const response = await subject().fetch(path)
        expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
        const policy = response.headers.get('content-security-policy') ?? ''
        expect(policy).not.toContain('script-src')
        expect(policy).not.toContain('unsafe-inline')
        const html = await response.text()
        expect(html).not.toMatch(/<script|<link[^>]+stylesheet|src="http/)
        expect(html).toContain('name="viewport"')
      },
    )

    it('carries the one style that its policy allows', async () => {
      const response = await subject().fetch('/')
      const style = /<style>([\s\S]*?)<\/style>/.exec(await response.text())?.[1] ?? ''
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style))
      const hash = btoa(String.fromCharCode(...new Uint8Array(digest)))
      expect(response.headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}'`)
    })

    it('shows every worker and how to install one', async () => {
      const html = await text('/')
      for (const id of ['echo-worker', 'llm-worker', 'source-worker']) expect(html).toContain(`id="${id}"`)
      expect(html).toContain('rbee-hive install llm-worker --auto')
    })

    it('explains every code of an error', async () => {
      const html = await text('/docs/errors')
      for (const code of Object.keys(ERRORS)) expect(html).toContain(`id="${code}"`)
    })

    it('shows every call of the API with an example', async () => {
      const { paths } = JSON.parse(await text('/v1/openapi.json'))
      const html = await text('/docs')
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

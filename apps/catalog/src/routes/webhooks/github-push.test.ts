import { RbeeError } from '@rbee/schema'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readPush } from './github-push.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'
const asForm = (text: string) => encode(`payload=${encodeURIComponent(text.toWellFormed())}`)

const address = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.toWellFormed())
const ref = fc.string({ minLength: 1, maxLength: 30 })

it('reads the same push out of JSON and out of a form', () => {
  const repository = fc.record(
    { clone_url: address, ssh_url: address, html_url: address, id: fc.nat() },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(ref, repository, (pushed, where) => {
      const text = JSON.stringify({ ref: pushed, repository: where, before: '0'.repeat(40) })
      const push = readPush(encode(text), `${JSON_TYPE}; charset=utf-8`)
      const stated = [where.clone_url, where.ssh_url, where.html_url].filter((url) => url !== undefined)
      expect(push).toEqual({ ref: pushed, repositories: stated })
      expect(readPush(asForm(text), FORM_TYPE)).toEqual(push)
    }),
  )
})

it('ends in a push or in a coded failure, whatever the body and its type are', () => {
  const nearly = fc.record(
    {
      ref: fc.oneof(ref, fc.jsonValue()),
      repository: fc.oneof(fc.jsonValue(), fc.record({ clone_url: fc.jsonValue() })),
    },
    { requiredKeys: [] },
  )
  const body = fc.oneof(
    fc.uint8Array(),
    fc.json().map(encode),
    nearly.map((value) => encode(JSON.stringify(value))),
    nearly.map((value) => asForm(JSON.stringify(value))),
    fc.string().map((text) => encode(`payload=${text}&payload=%`)),
  )
  const type = fc.constantFrom(
    JSON_TYPE,
    FORM_TYPE,
    undefined,
    '',
    'text/plain',
    `${JSON_TYPE}x`,
    ` ${JSON_TYPE}`,
  )
  fc.assert(
    fc.property(body, type, (bytes, contentType) => {
      try {
        const push = readPush(bytes, contentType)
        expect(push.ref.length).toBeGreaterThan(0)
        for (const repository of push.repositories) expect(repository.length).toBeLessThanOrEqual(2000)
      } catch (error) {
        if (!(error instanceof RbeeError)) throw error
        expect(['invalid_json', 'invalid_body', 'unsupported_media_type']).toContain(error.code)
      }
    }),
    { numRuns: 1_000 },
  )
})

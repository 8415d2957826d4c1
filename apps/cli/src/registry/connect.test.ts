import { failureOf } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { connectRegistry } from './connect.ts'
import { parseRegistryUrl } from './registry-url.ts'

describe('parseRegistryUrl', () => {
  it('leaves out what means nothing in the address of a registry', () => {
    expect(parseRegistryUrl('https://catalog.example/rbee/?a#b')).toBe('https://catalog.example/rbee')
  })

  it.each(['catalog.example', 'ftp://catalog.example', ''])('refuses %j', async (setting) => {
    expect(await failureOf(Promise.resolve().then(() => parseRegistryUrl(setting)))).toMatchObject({
      code: 'setting_invalid',
      message: expect.stringContaining('is not an http or https address'),
    })
  })

  it.each(['https://ada:hunter2@catalog.example', 'https://:hunter2@catalog.example'])(
    'refuses %j without repeating the password',
    async (setting) => {
      const failure = await failureOf(Promise.resolve().then(() => parseRegistryUrl(setting)))
      expect(failure).toMatchObject({ code: 'setting_invalid' })
      expect(JSON.stringify(failure)).not.toContain('hunter2')
    },
  )
})

describe('connectRegistry', () => {
  const { signal } = new AbortController()

  it.each(['two words', 'a-token\n', 'a-tökèn'])(
    'refuses %j as a token, without repeating it',
    async (token) => {
      const failure = await failureOf(
        connectRegistry({ env: { RBEE_TOKEN: token }, signal }, 'http://127.0.0.1:1'),
      )
      expect(failure).toMatchObject({
        code: 'setting_invalid',
        message: expect.stringContaining('RBEE_TOKEN'),
      })
      expect(JSON.stringify(failure)).not.toContain(token.slice(0, 6))
    },
  )
})

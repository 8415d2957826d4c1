import { failureOf } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { parseRegistryUrl } from './connect.ts'

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

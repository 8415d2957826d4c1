import { join } from 'node:path'
import { TemporaryFolder } from '@rbee/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkLocation, parseLocation } from './location.ts'

describe('parseLocation', () => {
  it('reads paths and file addresses, and prefers a folder whose name holds the sign', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.write({ 'my workers/x': '', 'a#b/x': '' })
    const at = (name: string) => join(folder.path, name)
    for (const [text, path, ref] of [
      ['a#b', 'a#b', null],
      ['a#b#c', 'a#b', 'c'],
      ['my workers#--help', 'my workers', '--help'],
      [`file://${encodeURI(at('my workers'))}#v1`, 'my workers', 'v1'],
      [`FILE://localhost${at('a')}#b`, 'a#b', null],
    ] as const) {
      expect(await parseLocation(text, folder.path)).toEqual({ kind: 'folder', folder: at(path), ref })
    }
  })

  it.each([
    ['https://Example.com/a/b.git#x#y', 'https://example.com/a/b.git', 'https://example.com/a/b.git', 'x#y'],
    ['https://example.com/a#', 'https://example.com/a', 'https://example.com/a', null],
    ['http://localhost:80/a', 'http://localhost/a', 'http://localhost/a', null],
    ['http://[::1]:1/a', 'http://[::1]:1/a', 'http://[::1]:1/a', null],
    [
      'ssh://git@example.com:22/a.git',
      'ssh://git@example.com:22/a.git',
      'ssh://git@example.com:22/a.git',
      null,
    ],
    ['git@example.com:a/b.git', 'git@example.com:a/b.git', 'ssh://git@example.com/a/b.git', null],
  ])('reads %s', async (text, address, publicAddress, ref) => {
    expect(await parseLocation(text, '/')).toEqual({ kind: 'remote', address, publicAddress, ref })
  })

  it.each([
    'git://example.com/a',
    'http://example.com/a',
    'http://127.0.0.1.example.com/a',
    'ftp://example.com/a',
    'ext::sh -c "touch /tmp/x"',
    'fd::17',
    'https::https://example.com/a',
    'ext://sh',
    'ssh://-oProxyCommand=touch x/a',
    'ssh://-oProxyCommand=x/a',
    'ssh://a@-oProxyCommand=x/a',
    'ssh://-l@host/a',
    'ssh://host/-x',
    'ssh://host',
    'ssh://me:secret@host/a',
    '-oProxyCommand=x@host:a',
    'a@-oProxyCommand=x:a',
    'a@host:-x',
    'a@host:--upload-pack=touch x',
    'https://me@example.com/a',
    'https://me:secret@example.com/a',
    'https://example.com/a?token=secret',
    'https://example.com/',
    'https:///a',
    'https://exa mple.com/a',
    'https://example.com/a\nb',
    'https://example.com/a\u0000',
    'https://%2d/a',
    'https://example.com\\@evil/a',
  ])('never hands %j to git', (text) => {
    expect(() => checkLocation(text)).toThrow(
      expect.objectContaining({ code: 'setting_invalid', message: expect.not.stringContaining('secret') }),
    )
  })

  it.each(['--upload-pack=touch x', '-x', 'nowhere#x', ''])('takes %j for a path', async (text) => {
    await using folder = await TemporaryFolder.create()
    const read = parseLocation(text, folder.path)
    if (text === '') await expect(read).resolves.toMatchObject({ kind: 'folder', folder: folder.path })
    else await expect(read).rejects.toMatchObject({ code: 'catalog_unreadable' })
  })

  it('hands git nothing that looks like an option, whatever the text is', async () => {
    const piece = fc.constantFrom(
      'ssh://',
      'https://',
      'git@',
      'host',
      '-o',
      ':',
      '/',
      '--x',
      '@',
      '::',
      ' ',
      '#',
      '%2d',
    )
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join('')),
    )
    await fc.assert(
      fc.asyncProperty(text, async (hostile) => {
        const location = await parseLocation(hostile, '/nowhere').catch((error: unknown) => error)
        if (!(location !== null && typeof location === 'object' && 'address' in location)) return
        const address = String(location.address)
        expect(address).toMatch(/^(?:https?:\/\/|ssh:\/\/|[A-Za-z0-9._][A-Za-z0-9._-]*@[^-])/)
        expect(address).not.toMatch(/^ssh:\/\/(?:[^/]*@)?-|[\s\u0000]/)
      }),
    )
  })
})

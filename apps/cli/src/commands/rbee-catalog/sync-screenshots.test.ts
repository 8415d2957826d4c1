import { manifestText, pngPicture, TemporaryFolder } from '@rbee/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { endPrograms, run, serve } from './testing/program.ts'

afterEach(endPrograms)

interface Pictured {
  readonly screenshots: readonly { readonly url: string; readonly image?: { readonly url: string } }[]
}

const worker = (folder: string, id: string, picture: Uint8Array) => ({
  [`${folder}/${id}/worker.toml`]: `${manifestText(id)}[[screenshots]]\nurl = "docs/one.png"\n`,
  [`${folder}/${id}/package.json`]: '{"version": "1.0.0"}',
  [`${folder}/${id}/docs/one.png`]: picture,
})

describe('screenshots in the folder of a worker', () => {
  it('are served by a server that reads the catalog itself, and by one that it is sent to', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.init()
    const [own, sent] = [pngPicture(40, 30), pngPicture(30, 40)]
    await folder.write({ ...worker('own', 'own-worker', own), ...worker('sent', 'sent-worker', sent) })
    await folder.commit()
    await using server = await serve(folder.path, ['--catalog', 'own'])
    const { stdout } = await run(folder.path, [
      ...['token', 'create', '--scope', 'operator', '--data-dir', 'data'],
    ])
    const synced = await run(folder.path, ['sync', '--catalog', 'sent', '--to', server.url], {
      RBEE_TOKEN: stdout.trim(),
    })
    expect(synced).toMatchObject({ code: 0 })
    for (const [id, picture] of [['own-worker', own] as const, ['sent-worker', sent] as const]) {
      const { screenshots } = await server.get<Pictured>(`/v1/workers/${id}`)
      const response = await fetch(`${server.url}${screenshots[0]?.image?.url}`)
      expect(response.headers.get('content-type')).toBe('image/png')
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(picture)
    }
  })
})

import { aManifest, manifestText, pngHeader, pngPicture, TemporaryFolder } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { FolderFindings } from '../findings.ts'
import { addBranch, branchCatalog, branchWorker } from '../testing/branch-catalog.ts'
import { memoryTree } from '../testing/memory-tree.ts'
import { compileCatalog } from './compile.ts'
import { Pictures } from './pictures.ts'

const PICTURE = pngPicture(4, 3)
const PICTURES_TEXT = '[[screenshots]]\nurl = "docs/one.png"\ncaption = "One"\n'

const compile = (folder: TemporaryFolder) =>
  compileCatalog('.', { official: true, base: folder.path, searchPath: process.env.PATH })

/** What is taken of a folder `w` of these files, and `code file` of what is said of the others. */
async function taken(
  files: Readonly<Record<string, string | Uint8Array>>,
  urls = Object.keys(files),
  pictures = new Pictures(),
) {
  const manifest = aManifest({ id: 'w', screenshots: urls.map((url) => ({ url })) })
  const inFolder = Object.fromEntries(Object.entries(files).map(([path, file]) => [`w/${path}`, file]))
  const findings = new FolderFindings('w')
  const screenshots = await pictures.take(memoryTree(inFolder), 'w', manifest, findings)
  return {
    paths: screenshots.map(({ path }) => path),
    told: findings.list().map(({ severity, code, file }) => `${severity} ${code} ${file}`),
    messages: findings.list().map(({ message }) => message),
    bytes: pictures.bytes,
  }
}

describe('Pictures', () => {
  it('takes files of the folder by what their bytes are, whatever they are called, and each content once', async () => {
    const { paths, told, bytes } = await taken({ 'a.jpg': PICTURE, 'b.png': PICTURE }, [
      ...['a.jpg', 'b.png', 'a.jpg', 'https://example.com/x.png'],
    ])
    expect([paths, told, bytes.size]).toEqual([['a.jpg', 'b.png'], [], 1])
  })

  it.each<[string, string | Uint8Array | undefined, string]>([
    ['what is not there', undefined, 'file_not_found'],
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', 'image_invalid'],
    ['huge dimensions', pngHeader(2 ** 31, 2 ** 31), 'image_invalid'],
    ['more than a MiB', new Uint8Array(2 ** 20 + 1), 'file_too_large'],
    ['Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n', 'file_not_utf8'],
  ])('leaves out %s with a warning', async (_, file, code) => {
    const result = await taken(file === undefined ? {} : { 'one.png': file }, ['one.png'])
    expect(result).toMatchObject({ paths: [], told: [`warning ${code} one.png`] })
    expect(result.messages[0]).toMatch(/^the screenshot one\.png .* and is left out$/)
  })

  it('takes five of a worker, and as many of a catalog as there is room for', async () => {
    const many = Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`${n}.png`, pngPicture(n, 1)]))
    expect(await taken(many)).toMatchObject({
      paths: ['1.png', '2.png', '3.png', '4.png', '5.png'],
      told: ['warning catalog_limit worker.toml'],
    })
    const small = await taken(many, ['1.png', '2.png'], new Pictures(pngPicture(1, 1).length))
    expect(small).toMatchObject({ paths: ['1.png'], told: ['warning catalog_limit 2.png'] })
  })

  it('are those of a commit, not of the disk, and never behind a link', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.init()
    await folder.write({ 'secret.png': PICTURE, 'elsewhere/one.png': PICTURE })
    for (const id of ['good', 'link', 'folder-link']) {
      await folder.write({
        [`${id}/worker.toml`]: `${manifestText(id)}${PICTURES_TEXT}`,
        [`${id}/Cargo.toml`]: '[package]\nname = "x"\nversion = "1.0.0"\n',
      })
    }
    await folder.write({ 'good/docs/one.png': PICTURE })
    await folder.link('../../secret.png', 'link/docs/one.png')
    await folder.link('../elsewhere', 'folder-link/docs')
    await folder.commit()
    await folder.write({ 'good/docs/one.png': 'changed' })
    const { entries, images, findings } = await compile(folder)
    const sizes = entries.map(({ manifest, screenshots }) => [
      manifest.id,
      ...screenshots.map(({ path, width, height }) => `${path} ${width} ${height}`),
    ])
    expect(sizes).toEqual([['folder-link'], ['good', 'docs/one.png 4 3'], ['link']])
    expect([...images.values()]).toEqual([PICTURE])
    const told = findings.map(({ code, path, file }) => `${code} ${path} ${file}`)
    expect(told).toEqual(
      expect.arrayContaining(['file_not_found folder-link docs/one.png', 'file_is_link link docs/one.png']),
    )
  })

  it('may not be named outside of the folder', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.write({
      'secret.png': PICTURE,
      'w/worker.toml': `${manifestText('w')}[[screenshots]]\nurl = "../secret.png"\n`,
      'w/Cargo.toml': '[package]\nname = "x"\nversion = "1.0.0"\n',
    })
    const { images, findings } = await compile(folder)
    expect([images.size, findings.map(({ code }) => code)]).toEqual([0, ['manifest_invalid']])
  })

  it('are read out of folders of a branch as well', async () => {
    await using folder = await branchCatalog()
    const screenshots = [{ url: 'docs/one.png' }, { url: 'docs/gone.png' }]
    const [tip = ''] = await addBranch(folder, 'drawn', branchWorker('drawn', '1.0.0', { screenshots }))
    await folder.git(['checkout', '-q', 'drawn'])
    await folder.write({ 'docs/one.png': PICTURE })
    const drawn = await folder.commit()
    await folder.git(['checkout', '-q', '-f', 'main'])
    expect(drawn).not.toBe(tip)
    const { entries, images, findings } = await compile(folder)
    expect(entries[0]?.screenshots).toMatchObject([{ path: 'docs/one.png', media_type: 'image/png' }])
    expect(images.size).toBe(1)
    expect(findings).toMatchObject([{ code: 'file_not_found', file: 'docs/gone.png', severity: 'warning' }])
  })
})

import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/** The licences of all packages that went into a bundle, which each of them wants to be told with every copy. */
export async function thirdPartyNotices(
  packages: readonly string[],
  further: readonly string[] = [],
): Promise<string> {
  const notices = [...(await Promise.all(packages.map(noticeOf))), ...further]
  return [
    'The programs hold software of others, under these licences.',
    ...[...new Set(notices)].toSorted(),
    '',
  ].join(`\n\n${'-'.repeat(80)}\n\n`)
}

async function noticeOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(
    await readFile(path.join(folder, 'package.json'), 'utf8'),
  ) as {
    name: string
    version: string
    license?: string
  }
  const files = (await readdir(folder))
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .toSorted()
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')))
  return [`${name} ${version} (${license ?? 'see below'})`, ...texts.map((text) => text.trim())].join('\n\n')
}

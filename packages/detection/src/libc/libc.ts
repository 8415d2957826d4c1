import type { HostProfile } from '@rbee/schema'
import type { CommandAnswer, Probe } from '../probe.ts'

type Libc = NonNullable<HostProfile['libc']>

/** The C library of a Linux system and its version; `none` on other systems, which have neither glibc nor musl. */
export async function detectLibc(probe: Probe): Promise<Libc | null> {
  if (probe.platform !== 'linux') return { name: 'none', version: null }
  const answer = await probe.run('getconf', ['GNU_LIBC_VERSION'])
  return (answer && recognize(answer)) ?? (await askLdd(probe)) ?? askLoaders(probe)
}

async function askLdd(probe: Probe): Promise<Libc | null> {
  const answer = await probe.run('ldd', ['--version'])
  return answer && recognize(answer)
}

/**
 * Images without a shell have neither getconf nor ldd, but a loader, which tells its version itself.
 * A system without any loader runs static programs only.
 */
async function askLoaders(probe: Probe): Promise<Libc | null> {
  const folders = await Promise.all(
    ['/lib64', '/lib'].map(async (folder) => ({ folder, names: await probe.listFolder(folder) })),
  )
  const loaders = folders.flatMap(({ folder, names }) =>
    (names ?? [])
      .filter((name) => /^ld-(?:linux|musl)[\w.-]*\.so\.\d$/.test(name))
      .map((name) => `${folder}/${name}`),
  )
  for (const loader of loaders) {
    const answer = await probe.run(loader, ['--version'])
    const libc = answer && recognize(answer)
    if (libc) return libc
  }
  if (folders.every(({ names }) => names === null)) return null
  if (loaders.length === 0) return { name: 'none', version: null }
  return { name: loaders.some((loader) => loader.includes('ld-musl-')) ? 'musl' : 'glibc', version: null }
}

/**
 * glibc prints `glibc 2.36`, `ldd (Debian GLIBC 2.36-9) 2.36` or `ld.so (…) stable release version 2.36.` on stdout;
 * musl prints `musl libc (x86_64)` and `Version 1.2.4` on stderr and fails.
 */
function recognize({ stdout, stderr }: CommandAnswer): Libc | null {
  const text = `${stdout}\n${stderr}`.slice(0, 4096)
  if (/^musl libc/m.test(text))
    return { name: 'musl', version: /^Version (\d+(?:\.\d+)+)/m.exec(text)?.[1] ?? null }
  const glibc =
    /^glibc (\d+(?:\.\d+)+)/m.exec(text) ??
    /^ldd \(.*\) (\d+(?:\.\d+)+)$/m.exec(text) ??
    /^ld\.so \(.*\) \w+ release version (\d+(?:\.\d+)+)/m.exec(text)
  return glibc?.[1] === undefined ? null : { name: 'glibc', version: glibc[1] }
}

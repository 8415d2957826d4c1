import { access, copyFile } from 'node:fs/promises'
import path from 'node:path'
import { BuildError } from './build-error.ts'

/** Where the distributions keep 64-bit libraries: Debian's multiarch folders, then those of Fedora and Arch. */
const LIBRARY_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  x64: ['/usr/lib/x86_64-linux-gnu', '/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib'],
  arm64: ['/usr/lib/aarch64-linux-gnu', '/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'],
}

/**
 * Copies a shared library of this machine.
 *
 * @throws {BuildError} when the machine lacks it.
 */
export async function copySystemLibrary(soname: string, target: string): Promise<void> {
  for (const folder of LIBRARY_FOLDERS[process.arch] ?? []) {
    const source = path.join(folder, soname)
    const found = await access(source).then(
      () => true,
      () => false,
    )
    if (found) return await copyFile(source, target)
  }
  throw new BuildError(
    `This machine lacks the library ${soname}, which the artifact ships.`,
    `Install it (on Debian and Ubuntu: apt-get install ${debianPackage(soname)}) and build again.`,
  )
}

/** `libgomp.so.1` → `libgomp1`, as Debian names library packages (Debian Policy 8.1). */
function debianPackage(soname: string): string {
  return soname.replace('.so.', '')
}

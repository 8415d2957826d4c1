import { findBash } from './bash.ts'
import { findMakepkg } from './makepkg.ts'
import { findRuby } from './ruby.ts'
import type { Tool, ToolSurroundings } from './tool.ts'

/** The programs of this machine that read package files. makepkg reads with bash, so that bash alone is then left out. */
export async function findTools(surroundings: ToolSurroundings): Promise<readonly Tool[]> {
  const makepkg = await findMakepkg(surroundings)
  const shell = makepkg ?? (await findBash(surroundings))
  return [shell, await findRuby(surroundings)].filter((tool) => tool !== null)
}

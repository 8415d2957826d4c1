import type { Platform } from '@rbee/schema'

const SYSTEMS: Readonly<Record<string, string>> = { linux: 'Linux', macos: 'macOS', windows: 'Windows' }
const PROCESSORS: Readonly<Record<string, string>> = {
  'linux-x86_64': 'x86-64',
  'linux-aarch64': 'ARM64',
  'macos-x86_64': 'Intel',
  'macos-aarch64': 'Apple silicon',
  'windows-x86_64': 'x86-64',
  'windows-aarch64': 'ARM64',
}
/** Most machines first. */
const ORDER = [
  'linux-x86_64',
  'linux-aarch64',
  'macos-aarch64',
  'macos-x86_64',
  'windows-x86_64',
  'windows-aarch64',
]

/** `Linux` and `x86-64`, `macOS` and `Apple silicon`. */
export function platformWords(platform: Platform): { readonly system: string; readonly processor: string } {
  const [os = '', processor = ''] = platform.split('-')
  return { system: systemName(os), processor: PROCESSORS[platform] ?? processor }
}

/** `Linux x86-64`. */
export function platformName(platform: Platform): string {
  const { system, processor } = platformWords(platform)
  return `${system} ${processor}`
}

export function systemName(os: string): string {
  return SYSTEMS[os] ?? os
}

/** In the order in which pages list them. */
export function sortedPlatforms(platforms: readonly Platform[]): Platform[] {
  return [...new Set(platforms)].sort((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other))
}

/** What a browser says of its system: only a hint, as it may say anything. */
export function visitorSystem({
  userAgent,
}: Pick<Navigator, 'userAgent'>): 'linux' | 'macos' | 'windows' | null {
  if (/Windows/.test(userAgent)) return 'windows'
  if (/Mac OS X|Macintosh/.test(userAgent) && !/iPhone|iPad/.test(userAgent)) return 'macos'
  if (/Linux|X11/.test(userAgent) && !/Android/.test(userAgent)) return 'linux'
  return null
}

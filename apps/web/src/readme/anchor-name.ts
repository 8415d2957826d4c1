/** The anchor of a heading, as Git hosts make it: texts refer to their own sections by it. */
export function anchorName(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')
}

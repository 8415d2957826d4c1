/**
 * English words that say nothing about a worker. A query of nothing but these is taken as it stands, so that a worker
 * named "The" can be found.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  'a an and any are as at be by can do for from has how i in into is it its me my need of on or please some that the this to use using want what which with you your'.split(
    ' ',
  ),
)

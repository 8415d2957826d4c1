/** A part of a word after its expansions. */
export type Piece =
  /** `literal` stands so in the file, `expanded` is the value of an unquoted expansion, which bash splits. */
  | { readonly kind: 'literal' | 'quoted' | 'expanded'; readonly text: string }
  /** Between the elements of an array. */
  | { readonly kind: 'break' }

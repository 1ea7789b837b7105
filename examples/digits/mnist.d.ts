declare module "mnist" {
  /** One entry a digit; `raw` holds its images one after the other, 784 numbers each. */
  const digits: readonly { readonly raw: readonly number[]; readonly length: number }[];
  export default digits;
}

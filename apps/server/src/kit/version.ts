/** The version of this product. */
export const version = '0.1.0';

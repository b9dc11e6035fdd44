// The version that generated code carries. A test keeps it equal to package.json's, which a browser cannot read.
export const version = '0.1.0';

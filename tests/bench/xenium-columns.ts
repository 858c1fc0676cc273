/** The columns that `readXenium` reads. */
export const XENIUM = ["x_location", "y_location", "feature_name", "qv", "cell_id"];

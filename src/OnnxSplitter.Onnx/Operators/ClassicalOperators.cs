namespace OnnxSplitter.Onnx.Operators;

/// <summary>
/// Ops of <c>ai.onnx.ml</c>: classical models, which keep what they learnt in attributes, and what prepares their
/// inputs.
/// </summary>
internal static class ClassicalOperators
{
    private const string Domain = Operator.Classical;

    private const string Steps = "which way its trees take is a step";
    private const string Categories = "it tells categories apart";

    private const string Thresholds = "it says which way a tree takes, and only what leaves answer is changed";
    private const string Vectors = "it says what inputs are compared with, and only what comparisons count is changed";
    private const string Odds = "it turns scores into probabilities, and only scores are changed";
    private const string Missing = "it stands in for missing inputs, and only what the model makes of them is changed";

    public static IEnumerable<Operator> Rows =>
    [
        new("ArrayFeatureExtractor", Domain) { Passes = PassThrough.Selected },
        new("Binarizer", Domain) { NoDerivative = Categories },
        new("CastMap", Domain) { NoDerivative = Categories },
        new("CategoryMapper", Domain) { NoDerivative = Categories },
        new("DictVectorizer", Domain) { NoDerivative = Categories },
        new("FeatureVectorizer", Domain),
        new("Imputer", Domain)
        {
            NoRule = OtherOperators.NotWritten,
            Attributes = [new("imputed_value_floats", Multiplies: false, Missing)],
        },
        new("LabelEncoder", Domain) { NoDerivative = Categories },
        new("LinearClassifier", Domain)
        {
            WrittenAs = "Gemm",
            Attributes = [new("coefficients", Multiplies: true), new("intercepts", Multiplies: false)],
        },
        new("LinearRegressor", Domain)
        {
            WrittenAs = "Gemm",
            Attributes = [new("coefficients", Multiplies: true), new("intercepts", Multiplies: false)],
        },
        new("Normalizer", Domain),
        new("OneHotEncoder", Domain) { NoDerivative = Categories },
        new("SVMClassifier", Domain)
        {
            WrittenAs = "MatMul",
            Attributes =
            [
                new("coefficients", Multiplies: true), new("rho", Multiplies: false),
                new("support_vectors", Multiplies: true, Vectors), new("prob_a", Multiplies: true, Odds),
                new("prob_b", Multiplies: false, Odds),
            ],
        },
        new("SVMRegressor", Domain)
        {
            WrittenAs = "MatMul",
            Attributes =
            [
                new("coefficients", Multiplies: true), new("rho", Multiplies: false),
                new("support_vectors", Multiplies: true, Vectors),
            ],
        },
        new("Scaler", Domain)
        {
            WrittenAs = "Mul",
            Prepares = true,
            Attributes = [new("offset", Multiplies: false), new("scale", Multiplies: true)],
        },
        new("TreeEnsemble", Domain)
        {
            NoDerivative = Steps,
            Attributes =
            [
                new("leaf_weights", Multiplies: true), new("nodes_splits", Multiplies: false, Thresholds),
                new("membership_values", Multiplies: false, Thresholds),
            ],
        },
        new("TreeEnsembleClassifier", Domain)
        {
            NoDerivative = Steps,
            Attributes =
            [
                new("class_weights", Multiplies: true), new("class_weights_as_tensor", Multiplies: true),
                new("base_values", Multiplies: false), new("base_values_as_tensor", Multiplies: false),
                new("nodes_values", Multiplies: false, Thresholds),
                new("nodes_values_as_tensor", Multiplies: false, Thresholds),
            ],
        },
        new("TreeEnsembleRegressor", Domain)
        {
            NoDerivative = Steps,
            Attributes =
            [
                new("target_weights", Multiplies: true), new("target_weights_as_tensor", Multiplies: true),
                new("base_values", Multiplies: false), new("base_values_as_tensor", Multiplies: false),
                new("nodes_values", Multiplies: false, Thresholds),
                new("nodes_values_as_tensor", Multiplies: false, Thresholds),
            ],
        },
        new("ZipMap", Domain) { WrittenAs = "Gather" },
    ];
}

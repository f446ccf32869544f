using ImageHost;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.DependencyInjection;
using OnnxSplitter.Runtime.Secured;
using OpenTelemetry.Metrics;

const string Name = "classifier";
const string Section = "Models:Classifier";
const int LongestUpload = 1 << 20;

// ONNX Runtime records models' names otherwise.
Environment.SetEnvironmentVariable("ORT_DISABLE_TELEMETRY", "1");
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = LongestUpload);
builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
    .AddMeter(ProtectedModelTelemetry.Name, "Microsoft.AspNetCore.Hosting")
    .AddPrometheusExporter());
builder.Services.AddHealthChecks();

// For comparison, the same host on a model that nothing was done to: --Plain MODEL.
var plain = builder.Configuration["Plain"];

// The model in a trusted process, so that this one never has its weights: --Secured SOCKET of onnxsplit-secure.
var secured = builder.Configuration["Secured"];
if (plain is null)
    Vendor.ShipOnce(builder.Environment.ContentRootPath, builder.Configuration[$"{Section}:Secrets"]);
if (secured is not null)
{
    builder.Services.AddSingleton(new TrustedClassifier(
        builder.Configuration[$"{Section}:Model"]!, new SecuredEndpoint(secured)));
    builder.Services.AddHealthChecks().AddCheck<TrustedClassifier>(Name);
}
else if (plain is null)
{
    builder.Services.AddProtectedModel(Name, builder.Configuration.GetSection(Section), _ => Sessions.Options());
}

var app = builder.Build();
app.Use((context, next) =>
{
    context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; img-src 'self' blob:";
    return next(context);
});
app.UseDefaultFiles();
app.UseStaticFiles();
app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = Requests.WriteHealthAsync });
app.MapPrometheusScrapingEndpoint("/metrics");
if (plain is not null)
{
    var session = Sessions.Open(plain);
    app.MapPost("/classify", request => Requests.AnswerAsync(request, image => Classifier.Classify(session, image)));
}
else if (secured is not null)
{
    var model = app.Services.GetRequiredService<TrustedClassifier>();
    app.MapPost("/classify", request => Requests.AnswerAsync(request, model.Classify));
}
else
{
    var model = app.Services.GetRequiredKeyedService<ProtectedModelService>(Name);
    app.MapPost("/classify", request => Requests.AnswerAsync(request, image =>
    {
        using var lease = model.Borrow();
        return Classifier.Classify(lease.Session, image);
    }));
}

if (plain is null)
{
    // What a thief has: the shipped file as it lies there.
    var obfuscated = new Lazy<InferenceSession>(
        () => Sessions.Open(app.Configuration[$"{Section}:Model"]!), LazyThreadSafetyMode.PublicationOnly);
    app.MapPost("/classify/obfuscated",
        request => Requests.AnswerAsync(request, image => Classifier.Classify(obfuscated.Value, image)));
}

await app.RunAsync();

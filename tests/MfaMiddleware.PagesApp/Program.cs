using MfaMiddleware.PagesApp;

await PagesHost.Create(args).RunAsync();

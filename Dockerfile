# It builds on the machine's own architecture for the other one, too.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# Packages have a layer of their own, which is rebuilt only when they change. The first restore fails if a package
# differs from the lock file. The second adds what only the image needs: Lambda's hosting, and the compiler of
# ReadyToRun. These have exact versions, but no lock file.
ARG LAMBDA_HOSTING=true
ARG TARGETARCH
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/S3Scheduler.Api/S3Scheduler.Api.csproj src/S3Scheduler.Api/packages.lock.json src/S3Scheduler.Api/
RUN dotnet restore src/S3Scheduler.Api --locked-mode && \
    dotnet restore src/S3Scheduler.Api -a ${TARGETARCH:-amd64} -p:PublishReadyToRun=true -p:LambdaHosting=$LAMBDA_HOSTING

COPY . .
# Git's tags are not in the build context: docker build --build-arg VERSION=0.1.0
ARG VERSION=0.0.0-unknown
# ReadyToRun compiles in advance, so the service starts faster. There is no apphost, because it would be made for the
# libc of this build image. chmod: in a clone with a strict umask, only the owner may read the files.
RUN dotnet publish src/S3Scheduler.Api --no-restore -c Release -o /app -a ${TARGETARCH:-amd64} --self-contained false \
      -p:PublishReadyToRun=true -p:LambdaHosting=$LAMBDA_HOSTING -p:UseAppHost=false \
      -p:MinVerVersionOverride=$VERSION && \
    chmod -R a+rX /app

# Alpine is small, and has the wget that the health check needs.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-alpine
RUN mkdir /data && chown "$APP_UID:$APP_UID" /data
WORKDIR /app
COPY --from=build /app .
# It listens on all addresses, so a container starts only if its settings say who may call. The image has no default for
# that: docker run s3-scheduler keys new ... makes a key.
# TMPDIR: the only place that can be written to where the root file system is read-only. Without diagnostics .NET makes
# no sockets there, which a killed process would leave. SHUTDOWNTIMEOUTSECONDS: Docker kills 10 seconds after SIGTERM.
ENV ASPNETCORE_HTTP_PORTS=8080 \
    Scheduler__LocalPath=/data \
    TMPDIR=/data \
    DOTNET_EnableDiagnostics=0 \
    SHUTDOWNTIMEOUTSECONDS=8
USER $APP_UID
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/health/live"]
ENTRYPOINT ["dotnet", "S3Scheduler.Api.dll"]

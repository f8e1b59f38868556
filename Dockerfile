FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# Packages are restored in a layer of their own: it is rebuilt only when they change. The first restore holds them to the
# lock file. The second adds what only the image needs: Lambda's hosting, and the compiler of ReadyToRun.
ARG LAMBDA_HOSTING=true
ARG TARGETARCH
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/S3Scheduler.Api/S3Scheduler.Api.csproj src/S3Scheduler.Api/packages.lock.json src/S3Scheduler.Api/
RUN dotnet restore src/S3Scheduler.Api --locked-mode && \
    dotnet restore src/S3Scheduler.Api -a ${TARGETARCH:-amd64} -p:PublishReadyToRun=true -p:LambdaHosting=$LAMBDA_HOSTING

COPY . .
# ReadyToRun: compiled ahead, the service starts with a fifth less work. No apphost: it would be one for the build image's
# libc. chmod: a clone made with a strict umask has files that only their owner may read.
RUN dotnet publish src/S3Scheduler.Api --no-restore -c Release -o /app -a ${TARGETARCH:-amd64} --self-contained false \
      -p:PublishReadyToRun=true -p:LambdaHosting=$LAMBDA_HOSTING -p:UseAppHost=false && \
    chmod -R a+rX /app

# Alpine, because it is small and still has the wget that the health check needs.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-alpine
RUN mkdir /data && chown "$APP_UID:$APP_UID" /data
WORKDIR /app
COPY --from=build /app .
ENV ASPNETCORE_HTTP_PORTS=8080 \
    Scheduler__LocalPath=/data
USER $APP_UID
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/health/live"]
ENTRYPOINT ["dotnet", "S3Scheduler.Api.dll"]
